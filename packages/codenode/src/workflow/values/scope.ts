import type { Selector } from '../../contract/selector.ts'
import { isObject, type JsonValue } from '../../contract/values.ts'
import { copyMember, numberText } from '../../json/exact-numbers.ts'

/** The variables that nodes have given so far. Inside an iteration each item has a scope of its own, within that around it. */
export class Scope {
  readonly #around: Scope | null
  readonly #outputs = new Map<string, Readonly<Record<string, JsonValue>>>()

  constructor(around: Scope | null = null) {
    this.#around = around
  }

  /** All that a node has given; null where it has not run. */
  outputsOf(source: string): JsonValue {
    return this.#find(source)
  }

  set(source: string, outputs: Readonly<Record<string, JsonValue>>): void {
    this.#outputs.set(source, outputs)
  }

  /** Null where there is no such variable: none is chosen, its node was skipped, or a nested key is missing. */
  get(selector: Selector): JsonValue {
    const { container, key } = this.locate(selector)
    return memberOf(container, key)
  }

  /** Sets a member of a container to a variable, with a number as exact as it is. */
  copyTo(selector: Selector, to: object, toKey: string | number): void {
    const { container, key } = this.locate(selector)
    if (memberOf(container, key) === null) copyMember([null], 0, to, toKey)
    // A member that is not null has a container.
    else copyMember(container as object, key, to, toKey)
  }

  /** The exact text of a variable that is a number whose value does not say it all. */
  numberText(selector: Selector): string | undefined {
    const { container, key } = this.locate(selector)
    return memberOf(container, key) === null ? undefined : numberText(container as object, key)
  }

  /** Where a variable stands. */
  protected locate([source = '', ...steps]: Selector): { container: JsonValue; key: string } {
    // A node's id alone is no variable.
    let container: JsonValue = steps.length === 0 ? null : { [source]: this.#find(source) }
    let key = source
    for (const step of steps) {
      container = memberOf(container, key)
      // `01` is the second element, too.
      key = Array.isArray(container) && isIndex.test(step) ? String(Number(step)) : step
    }
    return { container, key }
  }

  #find(source: string): JsonValue {
    return (this.#outputs.get(source) as JsonValue | undefined) ?? (this.#around ? this.#around.#find(source) : null)
  }
}

const isIndex = /^\d{1,9}$/

function memberOf(value: JsonValue, step: string): JsonValue {
  if (Array.isArray(value)) return isIndex.test(step) ? (value[Number(step)] ?? null) : null
  return isObject(value) && Object.hasOwn(value, step) ? (value[step] ?? null) : null
}
