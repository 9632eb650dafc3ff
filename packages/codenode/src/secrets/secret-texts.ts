import { isObject } from '../contract/values.ts'

/** Parts of a secret that are shorter are too common to be hidden. */
const minPart = 16

/**
 * The texts that a secret consists of: a text itself and without the space around it, a number's digits, what a list or an
 * object holds. Of several lines each long one counts, and of a text that is JSON what stands in it: code takes such texts
 * apart. True, false and null are no secrets.
 */
export function secretTexts(value: unknown): string[] {
  if (typeof value === 'string') return [value, value.trim(), ...partsOf(value)].filter((text) => text !== '')
  if (typeof value === 'number' || typeof value === 'bigint') return [String(value)]
  return membersOf(value).flatMap(secretTexts)
}

function partsOf(text: string): string[] {
  const lines = text.includes('\n') ? text.split('\n').map((line) => line.trim()) : []
  return [...lines, ...membersOf(readJson(text)).flatMap(secretTexts)].filter((part) => part.length >= minPart)
}

function membersOf(value: unknown): unknown[] {
  if (Array.isArray(value)) return value
  return isObject(value) ? Object.values(value) : []
}

function readJson(text: string): unknown {
  if (!/^\s*[[{]/.test(text)) return null
  try {
    return JSON.parse(text)
  } catch {
    return null // a text that only begins like JSON
  }
}
