import type { JsonValue } from '../../contract/values.ts'
import type { IterationsRecord, WorkflowNodeRecord } from '../../contract/workflow-record.ts'
import { toText } from '../values/text.ts'

/** The texts of the answer nodes of a run. Records keep the nodes of some items only, so those inside iterations are kept here. */
export class Answers {
  readonly #inside = new WeakMap<IterationsRecord, readonly string[]>()

  /** In the order in which the nodes were started; an iteration's stand in its place, item by item. */
  textsOf(records: readonly WorkflowNodeRecord[]): string[] {
    return records.flatMap(({ type, outputs, iterations }) => {
      // What a node gives is JSON; one that is stood in for may give no answer.
      if (type === 'answer') return outputs ? [toText((outputs.answer ?? null) as JsonValue)] : []
      return (iterations && this.#inside.get(iterations)) ?? []
    })
  }

  keep(iterations: IterationsRecord, texts: readonly string[]): void {
    this.#inside.set(iterations, texts)
  }
}
