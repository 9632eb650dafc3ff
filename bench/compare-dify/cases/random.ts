import type { Case } from '../case.ts'
import { type Language, outputTypes, program, returningCode } from './program.ts'

/** Programs whose values are chosen by a seed: the same seed gives the same programs. */
export function randomCases(seed: number, count: number): Case[] {
  const random = startRandom(seed)
  return Array.from({ length: count }, (_, at) => {
    const language: Language = random(2) === 0 ? 'python' : 'javascript'
    const type = outputTypes[random(outputTypes.length)] ?? 'string'
    // Most of them fit, or nearly every program would only show a wrong type.
    const value = random(4) === 0 ? anyValue(random, 2) : fitting(type, random)
    const isPassedOn = random(2) === 0
    const expression = isPassedOn ? 'x' : toCode(language, value)
    const parameters = isPassedOn ? (language === 'python' ? 'x' : '{ x }') : ''
    return program('random', `${at + 1}, ${type}`, language, returningCode(language, expression, parameters), {
      outputs: { r: type },
      inputs: isPassedOn ? { x: value } : {},
    })
  })
}

/** A choice below `n`. */
type Random = (n: number) => number

/** Mulberry32: small, and the same on every machine. */
function startRandom(seed: number): Random {
  let state = seed | 0
  return (n) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * n)
  }
}

/** Values are JSON text. */
function fitting(type: string, random: Random): string {
  const element = /^array\[(.*)\]$/.exec(type)?.[1]
  if (element) return list(random(4), () => fitting(element, random))
  if (type === 'object') return object(random(4), random, () => anyValue(random, 1))
  return scalar(type, random)
}

const scalars: Record<string, readonly string[]> = {
  string: ['""', '"a"', '"é"', '"😀"', '"1"', '"true"', '"a\\nb"', '"{}"', '"  "'],
  number: ['0', '1', '-1', '2.5', '0.1', '1e10', '123456789', '-0.5', '9007199254740991', '1.0', '100.0'],
  boolean: ['true', 'false'],
}

function scalar(type: string, random: Random): string {
  const values = scalars[type] ?? ['null']
  return values[random(values.length)] ?? 'null'
}

function anyValue(random: Random, depth: number): string {
  const kind = random(depth > 0 ? 6 : 4)
  if (kind === 4) return list(random(3), () => anyValue(random, depth - 1))
  if (kind === 5) return object(random(3), random, () => anyValue(random, depth - 1))
  return scalar(['string', 'number', 'boolean', 'null'][kind] ?? 'null', random)
}

function list(length: number, element: () => string): string {
  return `[${Array.from({ length }, element).join(', ')}]`
}

function object(size: number, random: Random, member: () => string): string {
  const keys = new Set(Array.from({ length: size }, () => ['a', 'b', 'c', 'name', 'é', '1'][random(6)]))
  return `{${[...keys].map((key) => `${JSON.stringify(key)}: ${member()}`).join(', ')}}`
}

/** JSON is JavaScript; in brackets, an object is one at any place. */
function toCode(language: Language, json: string): string {
  if (language === 'javascript') return `(${json})`
  const words: Record<string, string> = { true: 'True', false: 'False', null: 'None' }
  // Texts are matched first, so that the words within them stay.
  return json.replace(/"(?:[^"\\]|\\.)*"|true|false|null/g, (token) => words[token] ?? token)
}
