/** Where the ids of runs begin that started at this time or later: they hold their time, in milliseconds. */
export function idsFrom(ms: number): string {
  return `run_${Math.ceil(ms).toString(16).padStart(12, '0')}`
}
