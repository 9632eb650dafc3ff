import type { OutputLimits } from '../contract/limits.ts'
import type { Refusal } from '../contract/output-problems.ts'
import { describeValue, quote } from '../contract/values.ts'

/** Length of a text in Unicode code points; NUL and lone surrogates count as one and stay as they are. */
export function checkText(text: string, { maxStringLength }: Pick<OutputLimits, 'maxStringLength'>): Refusal | null {
  // There are never more code points than UTF-16 units.
  if (text.length <= maxStringLength) return null
  const length = countCodePoints(text)
  if (length <= maxStringLength) return null
  return {
    code: 'output_too_long',
    found: `a string of ${length} characters (${quote(text, 20)})`,
    allowed: `a string of at most ${maxStringLength} characters`,
  }
}

/** Range of every number, whole or not, and decimal places of its shortest decimal form. */
export function checkNumber(number: number | bigint, limits: OutputLimits): Refusal | null {
  const { minNumber, maxNumber, maxPrecision } = limits
  // JavaScript compares a number with a bigint exactly; NaN fails both comparisons.
  if (!(number >= minNumber && number <= maxNumber)) {
    return {
      code: 'output_out_of_range',
      found: describeValue(number),
      allowed: `a number from ${minNumber} to ${maxNumber}`,
    }
  }
  // A number has at most 17 significant digits, so from 0.001 upwards its last place is the 19th at most; most stop here.
  if (maxPrecision >= 19 && (number >= 0.001 || number <= -0.001)) return null
  const places = countDecimalPlaces(number)
  if (places <= maxPrecision) return null
  return {
    code: 'output_too_precise',
    found: `the number ${number} (${places} decimal places)`,
    allowed: `a number with at most ${maxPrecision} decimal places`,
  }
}

/** Decimal places of the shortest decimal form: 0 for 5.0, 2 for 1.25, 21 for 1e-21, 0 for 1e300. */
export function countDecimalPlaces(number: number | bigint): number {
  if (typeof number === 'bigint' || Number.isInteger(number)) return 0
  const [mantissa = '', exponent = '0'] = String(number).split('e')
  const point = mantissa.indexOf('.')
  const places = point < 0 ? 0 : mantissa.length - point - 1
  return Math.max(0, places - Number(exponent))
}

function countCodePoints(text: string): number {
  let count = text.length
  for (let at = 0; at < text.length - 1; at++) {
    const isPair = (text.charCodeAt(at) & 0xfc00) === 0xd800 && (text.charCodeAt(at + 1) & 0xfc00) === 0xdc00
    if (isPair) count--
  }
  return count
}
