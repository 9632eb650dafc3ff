/**
 * The text of a number with at most so many decimal places, rounded half to even as Python's decimal does; texts with an
 * exponent or with fewer places stay as they are.
 */
export function roundText(text: string, maxPlaces: number): string {
  const found = /^(-?)(\d+)\.(\d+)$/.exec(text)
  const [, sign = '', whole = '', fraction = ''] = found ?? []
  if (fraction.length <= maxPlaces) return text
  const kept = BigInt(whole + fraction.slice(0, maxPlaces))
  const rest = fraction.slice(maxPlaces)
  const digits = String(kept + (isRoundedUp(rest, kept) ? 1n : 0n)).padStart(maxPlaces + 1, '0')
  const point = digits.length - maxPlaces
  return maxPlaces === 0 ? `${sign}${digits}.0` : `${sign}${digits.slice(0, point)}.${digits.slice(point)}`
}

function isRoundedUp(rest: string, kept: bigint): boolean {
  const half = `5${'0'.repeat(rest.length - 1)}`
  return rest === half ? kept % 2n === 1n : rest > half
}
