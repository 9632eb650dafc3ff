import { isObject, type JsonValue } from '../contract/values.ts'
import type { Selector } from '../contract/workflow/selector.ts'

/** The variables that nodes have given so far. Inside an iteration each item has a scope of its own, within that around it. */
export class Scope {
  readonly #around: Scope | null
  readonly #outputs = new Map<string, Readonly<Record<string, JsonValue>>>()

  constructor(around: Scope | null = null) {
    this.#around = around
  }

  set(source: string, outputs: Readonly<Record<string, JsonValue>>): void {
    this.#outputs.set(source, outputs)
  }

  /** Null where there is no such variable: its node was skipped, or a nested key is missing. */
  get([source = '', ...steps]: Selector): JsonValue {
    let value: JsonValue = this.#find(source)
    for (const step of steps) value = memberOf(value, step)
    return value
  }

  #find(source: string): JsonValue {
    return (this.#outputs.get(source) as JsonValue | undefined) ?? (this.#around ? this.#around.#find(source) : null)
  }
}

function memberOf(value: JsonValue, step: string): JsonValue {
  if (Array.isArray(value)) return /^\d{1,9}$/.test(step) ? (value[Number(step)] ?? null) : null
  return isObject(value) && Object.hasOwn(value, step) ? (value[step] ?? null) : null
}
