/** A time, as exact as it helps: `4.2 ms`, `380 ms`, `12.5 s`. */
export function formatMs(ms: number): string {
  if (ms < 10) return `${Number(ms.toFixed(1))} ms`
  return ms < 10_000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`
}

export function formatBytes(bytes: number): string {
  const mebibytes = bytes / 2 ** 20
  return `${mebibytes < 10 ? Number(mebibytes.toFixed(1)) : Math.round(mebibytes)} MiB`
}
