import type { WorkflowNodeRecord } from 'codenode/contract'
import { findNode } from '../graph/access.ts'
import type { NodeData, WorkflowDocument } from '../graph/document.ts'
import { doesSame, settingsText } from '../graph/same-settings.ts'
import type { NodeTest } from '../run-state/node-tests.ts'
import { nodeRunOf, shownItem } from '../run-state/workflow-run.ts'
import type { EditorState } from './editor-store.ts'

/** What became of a node when it ran last, alone or in its workflow. */
export type NodeResult = {
  status: WorkflowNodeRecord['status']
  outputs: Readonly<Record<string, unknown>> | null
  startedAt: string
  /** Whether its settings are others now. */
  isChanged: boolean
  /** Of an iteration, the index of the item whose nodes are shown. */
  item: number
}

/** A node's part in a run of its workflow or of what comes before a node, with the settings that it had then. */
export type RecordedNode = { record: WorkflowNodeRecord; data: NodeData | null }

export type ResultSources = Pick<EditorState, 'run' | 'ranDocument' | 'before'> & {
  document: WorkflowDocument
  tests: ReadonlyMap<string, NodeTest>
}

/** The newest record of a node from a run of its workflow, or of what comes before another node. */
export function recordedNode(sources: Pick<ResultSources, 'run' | 'ranDocument' | 'before'>, id: string) {
  const { run, ranDocument, before } = sources
  const record = nodeRunOf(run, id)?.record ?? null
  const ran: RecordedNode | null = record && {
    record,
    data: (ranDocument && findNode(ranDocument, id)?.data) ?? null,
  }
  const part = before.get(id)
  const asPart: RecordedNode | null = part
    ? { record: part.record, data: findNode(part.document, id)?.data ?? null }
    : null
  return asPart && (!ran || isNewer(asPart.record.startedAt, ran.record.startedAt)) ? asPart : ran
}

/** What became of the node when it ran last; null: it has not run. */
export function lastResult(sources: ResultSources, id: string): NodeResult | null {
  const { document, run, ranDocument, before, tests } = sources
  const part = before.get(id)
  const record = nodeRunOf(run, id)?.record
  const results = [
    ofTest(tests.get(id), findNode(document, id)?.data),
    record ? ofRecord(record, ranDocument !== null && !doesSame(document, ranDocument, id)) : null,
    part ? ofRecord(part.record, !doesSame(document, part.document, id)) : null,
  ].filter((result) => result !== null)
  return results.reduce<NodeResult | null>(
    (newest, result) => (newest && !isNewer(result.startedAt, newest.startedAt) ? newest : result),
    null,
  )
}

function ofTest(test: NodeTest | undefined, data: NodeData | undefined): NodeResult | null {
  if (test?.state.name !== 'ended' || !test.given?.node || !data) return null
  const { status, outputs, startedAt } = test.state.record
  return { status, outputs, startedAt, isChanged: settingsText(test.given.node) !== settingsText(data), item: 0 }
}

function ofRecord(record: WorkflowNodeRecord, isChanged: boolean): NodeResult {
  const { status, outputs, startedAt } = record
  return { status, outputs, startedAt: startedAt ?? '', isChanged, item: shownItem(record)?.index ?? 0 }
}

/** ISO texts of one clock. */
export function isNewer(one: string | null, other: string | null): boolean {
  return (one ?? '') > (other ?? '')
}
