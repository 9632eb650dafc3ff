/** A file or folder of the host and the place where a zygote sees it; read-only. */
export type Mount = { from: string; to: string }
