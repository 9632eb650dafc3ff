import type { OutputLimits } from '../contract/limits.ts'
import type { OutputProblem, Refusal } from '../contract/output-problems.ts'
import { formatPath, type PathStep } from '../contract/paths.ts'
import { describeValue, isObject, type JsonValue, type OutputSpec, type OutputSpecs } from '../contract/values.ts'
import { copyExact } from '../json/exact-numbers.ts'
import { checkNumber, checkText } from './check-scalar.ts'

/** At most this many problems are listed; all are counted. */
export const maxListedProblems = 100

export type ValueCheck = {
  /** The declared outputs, converted: booleans to 1 or 0 where a number is declared, undeclared members left out. */
  outputs: Record<string, JsonValue>
  problems: OutputProblem[]
  problemCount: number
  /** The way to the first problem. */
  firstAt: readonly PathStep[]
  /** Paths that were left out, elements as `[*]`; each place once, at most 100. */
  undeclared: string[]
}

/**
 * Checks a parsed result against the declared outputs: types, limits and depth, everywhere, every problem listed.
 * Recursion is bounded by the depth limit: what is deeper is reported and not entered. The result itself is not changed.
 */
export function checkValue(result: Record<string, unknown>, outputs: OutputSpecs, limits: OutputLimits): ValueCheck {
  const check = new Check(limits)
  return { outputs: check.members(result, outputs, 1), ...check.found() }
}

/**
 * Checks a parsed result that declares nothing: limits and depth as everywhere, and every member is kept.
 */
export function checkUndeclared(result: Record<string, unknown>, limits: OutputLimits): ValueCheck {
  const check = new Check(limits)
  return { outputs: check.anyMembers(result), ...check.found() }
}

/** Checks one declared value on its own, for example a default value; paths begin at `root`. */
export function checkOne(root: string, value: unknown, spec: OutputSpec, limits: OutputLimits): OutputProblem[] {
  const check = new Check(limits, root)
  check.declared(value, spec, 1)
  return check.found().problems
}

class Check {
  readonly #limits: OutputLimits
  readonly #root: string
  /** The way to the value that is being looked at; a path is written only when it is needed. */
  readonly #trail: PathStep[] = []
  readonly #problems: OutputProblem[] = []
  #problemCount = 0
  #firstAt: readonly PathStep[] = []
  readonly #undeclared: string[] = []
  /** Per declared object, the undeclared members already reported: rows of a table repeat the same ones. */
  readonly #reported = new Map<OutputSpecs, Set<string>>()

  constructor(limits: OutputLimits, root = 'outputs') {
    this.#limits = limits
    this.#root = root
  }

  found(): Omit<ValueCheck, 'outputs'> {
    return {
      problems: this.#problems,
      problemCount: this.#problemCount,
      firstAt: this.#firstAt,
      undeclared: this.#undeclared,
    }
  }

  /** The declared members of an object that stands at `level`. Missing ones are noted before any other is looked at. */
  members(object: Record<string, unknown>, specs: OutputSpecs, level: number): Record<string, JsonValue> {
    const kept: Record<string, JsonValue> = {}
    const present = this.#presentMembers(object, specs)
    for (const [name, spec] of present) {
      this.#trail.push(name)
      kept[name] = this.declared(object[name], spec, level)
      this.#trail.pop()
    }
    if (hasMoreKeys(object, present.length)) this.#noteUndeclared(object, specs)
    return copyExact(object, kept)
  }

  /** All members of the result itself. */
  anyMembers(result: Record<string, unknown>): Record<string, JsonValue> {
    this.#freeMembers(result, 1)
    // Everything inside has just been checked to be JSON.
    return result as Record<string, JsonValue>
  }

  #presentMembers(object: Record<string, unknown>, specs: OutputSpecs): [string, OutputSpec][] {
    return Object.entries(specs).filter(([name, spec]) => {
      if (Object.hasOwn(object, name)) return true
      this.#refuse({ code: 'output_missing', found: 'missing', allowed: spec.type }, name)
      return false
    })
  }

  /** A value of a declared type inside an object at `level`. */
  declared(value: unknown, spec: OutputSpec, level: number): JsonValue {
    if (value === null) return null
    switch (spec.type) {
      case 'string':
        if (typeof value === 'string') return this.#text(value)
        break
      case 'number':
        if (typeof value === 'boolean') return value ? 1 : 0
        if (typeof value === 'number' || typeof value === 'bigint') return this.#number(value)
        break
      case 'boolean':
        if (typeof value === 'boolean') return value
        break
      case 'object':
        if (isObject(value)) return this.#object(value, spec.children, level + 1)
        break
      case 'array[string]':
      case 'array[number]':
      case 'array[boolean]':
      case 'array[object]':
        if (Array.isArray(value)) return this.#array(value, elementSpecs[spec.type], spec.children, level)
    }
    return this.#wrongType(value, spec.type)
  }

  #array(array: unknown[], type: ElementType, children: OutputSpec['children'], level: number): JsonValue {
    this.#checkLength(array, type)
    const spec: OutputSpec = { type, children }
    const kept = array.map((element, index) => {
      this.#trail.push(index)
      const value = this.declared(element, spec, level)
      this.#trail.pop()
      return value
    })
    return copyExact(array, kept)
  }

  #object(object: Record<string, unknown>, children: OutputSpec['children'], level: number): JsonValue {
    if (level > this.#limits.maxDepth) return this.#tooDeep('an object', level)
    if (children) return this.members(object, children, level)
    this.#freeMembers(object, level)
    // Everything inside has just been checked to be JSON.
    return object as Record<string, JsonValue>
  }

  /** A value without a declared type, inside an object at `level` or, with `inArray`, inside an array at `level`. */
  #free(value: unknown, level: number, inArray: 'in array' | 'in object'): void {
    if (value === null || typeof value === 'boolean') return
    if (typeof value === 'string') this.#text(value)
    else if (typeof value === 'number' || typeof value === 'bigint') this.#number(value)
    else if (Array.isArray(value)) this.#freeArray(value, inArray === 'in array' ? level + 1 : level)
    else if (isObject(value)) this.#freeObject(value, level + 1)
    else this.#wrongType(value, 'a JSON value')
  }

  #freeArray(array: unknown[], level: number): void {
    if (level > this.#limits.maxDepth) return void this.#tooDeep('an array', level)
    const first = array.find((element) => element !== null)
    if (typeof first === 'string') this.#checkLength(array, 'string')
    else if (typeof first === 'number' || typeof first === 'bigint') this.#checkLength(array, 'number')
    else if (isObject(first)) this.#checkLength(array, 'object')
    for (let index = 0; index < array.length; index++) {
      this.#trail.push(index)
      this.#free(array[index], level, 'in array')
      this.#trail.pop()
    }
  }

  #freeObject(object: Record<string, unknown>, level: number): void {
    if (level > this.#limits.maxDepth) return void this.#tooDeep('an object', level)
    this.#freeMembers(object, level)
  }

  #freeMembers(object: Record<string, unknown>, level: number): void {
    // for-in is three times as fast as Object.keys here; parsed JSON inherits nothing that it would visit.
    for (const key in object) {
      this.#trail.push(key)
      this.#free(object[key], level, 'in object')
      this.#trail.pop()
    }
  }

  #text(text: string): string {
    const refusal = checkText(text, this.#limits)
    if (refusal) this.#refuse(refusal)
    return text
  }

  #number(number: number | bigint): number | bigint {
    const refusal = checkNumber(number, this.#limits)
    if (refusal) this.#refuse(refusal)
    return number
  }

  #checkLength(array: unknown[], type: ElementType): void {
    const { maxStringArrayLength, maxNumberArrayLength, maxObjectArrayLength } = this.#limits
    const most = {
      string: maxStringArrayLength,
      number: maxNumberArrayLength,
      object: maxObjectArrayLength,
      boolean: null,
    }[type]
    if (most === null || array.length <= most) return
    this.#refuse({ code: 'output_too_long', found: describeValue(array), allowed: `an array of at most ${most} items` })
  }

  #wrongType(value: unknown, allowed: string): null {
    this.#refuse({ code: 'output_wrong_type', found: describeValue(value), allowed })
    return null
  }

  #tooDeep(what: string, level: number): null {
    const { maxDepth } = this.#limits
    this.#refuse({
      code: 'output_too_deep',
      found: `${what} at level ${level}`,
      allowed: `nested at most ${maxDepth} levels deep`,
    })
    return null
  }

  #refuse(refusal: Refusal, ...member: string[]): void {
    if (++this.#problemCount > maxListedProblems) return
    const at = [...this.#trail, ...member]
    if (this.#problemCount === 1) this.#firstAt = at
    this.#problems.push({ path: formatPath(this.#root, at), ...refusal })
  }

  #noteUndeclared(object: Record<string, unknown>, specs: OutputSpecs): void {
    const reported = this.#reported.get(specs) ?? new Set()
    this.#reported.set(specs, reported)
    for (const key in object) {
      if (this.#undeclared.length === maxListedProblems) return
      if (Object.hasOwn(specs, key) || reported.has(key)) continue
      reported.add(key)
      this.#undeclared.push(formatPath(this.#root, [...this.#trail, key]).replaceAll(/\[\d+\]/g, '[*]'))
    }
  }
}

/** Stops at the first key too many: a hostile result can have a million. */
function hasMoreKeys(object: Record<string, unknown>, count: number): boolean {
  let seen = 0
  for (const _ in object) if (++seen > count) return true
  return false
}

const elementSpecs = {
  'array[string]': 'string',
  'array[number]': 'number',
  'array[boolean]': 'boolean',
  'array[object]': 'object',
} as const

type ElementType = 'string' | 'number' | 'boolean' | 'object'
