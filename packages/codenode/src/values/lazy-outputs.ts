import type { JsonValue } from '../contract/values.ts'
import { parseLossless } from '../json/json.ts'

export type Outputs = Record<string, JsonValue>

/**
 * Outputs that another thread has checked and written as JSON. They are parsed when somebody looks at them: a service that
 * only passes them on never does.
 */
export class LazyOutputs {
  readonly json: string
  #value: Outputs | undefined

  constructor(json: string) {
    this.json = json
  }

  get value(): Outputs {
    // The text of an object that was checked to hold JSON values.
    this.#value ??= parseLossless(this.json) as Outputs
    return this.#value
  }
}

/** The outputs themselves. */
export function readLazy(outputs: Outputs | LazyOutputs): Outputs {
  return outputs instanceof LazyOutputs ? outputs.value : outputs
}
