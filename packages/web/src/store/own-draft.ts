import { isObject, parseLossless, stringifyLossless } from 'codenode/contract'
import type { WorkflowDocument } from '../graph/document.ts'
import type { History } from '../graph/history.ts'
import { packHistory, unpackHistory } from '../graph/pack-history.ts'
import { textsIn } from './kept.ts'

/** What a tab keeps for itself over a reload: its workflow with the steps of undo. */
export type OwnDraft = {
  /** The name of the page that wrote it. */
  readonly tab: string
  /** The stamp of the shared workflow that it goes on from; null: there was none. */
  readonly base: string | null
  /** Whether it has changes that the shared workflow has not. */
  readonly isAhead: boolean
  readonly inputs: Readonly<Record<string, string>>
  readonly runId: string | null
  readonly history: History<WorkflowDocument>
}

/** Browsers give a tab about five million characters; reading so many takes a moment, too. */
const maxLength = 2_000_000

/** The texts that may be kept, the best first: with the steps of undo, without them, and without the inputs. */
export function* ownTexts({ history, inputs, ...own }: OwnDraft): Generator<string> {
  const write = (packed: string, texts: OwnDraft['inputs']): string =>
    `{"own":${stringifyLossless({ ...own, inputs: texts })},"history":${packed}}`
  yield write(packHistory(history, maxLength), inputs)
  const bare = packHistory({ ...history, past: [], future: [] }, maxLength)
  yield write(bare, inputs)
  yield write(bare, {})
}

/** Null: there is none, or anything of it is not as it should be. Then what all tabs share is there still. */
export function readOwn(text: string | null): OwnDraft | null {
  if (text === null) return null
  try {
    const kept = parseLossless(text)
    const history = isObject(kept) ? unpackHistory(kept.history) : null
    if (!isObject(kept) || !isObject(kept.own) || history === null) return null
    const { tab, base, isAhead, inputs, runId } = kept.own
    return {
      tab: String(tab),
      base: typeof base === 'string' ? base : null,
      isAhead: isAhead === true,
      inputs: textsIn(inputs),
      runId: typeof runId === 'string' ? runId : null,
      history,
    }
  } catch {
    // As above.
    return null
  }
}
