/** A time, as exact as it helps: `4.2 ms`, `380 ms`, `5.0 s`. */
export function formatMs(ms: number): string {
  if (ms < 10) return `${Number(ms.toFixed(1))} ms`
  return ms < 999.5 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`
}

export function formatBytes(bytes: number): string {
  const mebibytes = bytes / 2 ** 20
  return `${mebibytes < 10 ? Number(mebibytes.toFixed(1)) : Math.round(mebibytes)} MiB`
}

/** How long something ran and, where it waited before, how long: `19 ms (queued 29 ms)`. */
export function formatTook(
  { wallMs, queuedMs }: { wallMs: number; queuedMs: number },
  say: (took: string, queued: string) => string,
): string {
  return queuedMs >= 1 ? say(formatMs(wallMs), formatMs(queuedMs)) : formatMs(wallMs)
}

/** With room to break the line between the layers. */
export function formatLevel(level: string): string {
  return level.replaceAll('+', ' + ')
}
