import { recordText } from 'codenode/internal/record/record-text'
import { toText } from './history-rows.ts'
import type { PendingRun } from './kept-run.ts'

export type BacklogLimits = { runs: number; characters: number }

/**
 * Which runs are given up while the file cannot be written: those that ended, the oldest first, so that the rest is within
 * the limits. A run whose row is there already is kept, or the row would say `running` for ever; there are no more of them
 * than ran at the same time.
 */
export function oldestToDrop(runs: readonly PendingRun[], limits: BacklogLimits): string[] {
  const ended = runs.filter(({ request, end }) => request !== null && end !== null)
  let characters = 0
  const kept = ended.findLastIndex((run, index) => {
    characters += sizeOf(run)
    return ended.length - index > limits.runs || characters > limits.characters
  })
  return ended.slice(0, kept + 1).map(({ start }) => start.id)
}

const sizes = new WeakMap<PendingRun, number>()

/** Written once for each run: it is as much work as writing the row. */
function sizeOf(run: PendingRun): number {
  const known = sizes.get(run)
  if (known !== undefined) return known
  const { request, end } = run
  const texts = [request?.target, request?.inputs, end && recordText(end.record), toText(end?.trail)]
  const size = texts.reduce<number>((sum, text) => sum + (text?.length ?? 0), 0)
  sizes.set(run, size)
  return size
}
