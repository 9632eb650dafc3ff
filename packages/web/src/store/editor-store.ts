import type { WorkflowNodeRecord } from 'codenode/contract'
import { create } from 'zustand'
import { findNode, nodesOf } from '../graph/access.ts'
import type { FieldProblem, Position, WorkflowDocument } from '../graph/document.ts'
import { type History, newHistory, pushState, redo as redoStep, undo as undoStep } from '../graph/history.ts'
import { newDocument } from '../graph/new-document.ts'
import { problemsByNode } from '../graph/problems.ts'
import { forgetTestsBut } from '../run-state/node-tests.ts'
import { forgetInputsDrafts } from '../run-state/use-inputs-draft.ts'
import type { WorkflowRun } from '../run-state/workflow-run.ts'

/** Where a new node is wanted: behind a handle, on an edge, inside an iteration, or free. `at`: in the window. */
export type AddRequest = {
  at: Position
  where: { after: string; handle: string | null } | { edge: string } | { inside: string } | { position: Position }
}

export type EditorState = {
  history: History<WorkflowDocument>
  /** Counted up when another document takes the place of this one, so that the view is fitted to it. */
  documentNumber: number
  selected: readonly string[]
  selectedEdges: readonly string[]
  /** The node whose panel is open. `focus`: where the keyboard goes when it opens. */
  panel: { id: string; focus: 'stay' | 'panel' } | null
  adding: AddRequest | null
  /** What keeps the workflow from running, by node. */
  problems: ReadonlyMap<string, readonly FieldProblem[]>
  /** What is wrong with nodes that are not run anyway. */
  quietProblems: ReadonlyMap<string, readonly FieldProblem[]>
  /** The nodes that nothing leads to. */
  idle: ReadonlySet<string>
  /** The nodes that were there when a run was asked for: what is not chosen in them is a problem then. */
  tried: ReadonlySet<string>
  run: WorkflowRun
  /** The workflow as it was run; null: not known. */
  ranDocument: WorkflowDocument | null
  /** What became of nodes that were run because they come before another, with the workflow as it was then. */
  before: ReadonlyMap<string, { readonly record: WorkflowNodeRecord; readonly document: WorkflowDocument }>
  isResultOpen: boolean
  /** Texts of the run's form, by input. */
  inputs: Readonly<Record<string, string>>
  notice: { text: string; number: number; canUndo: boolean } | null
}

export const useEditor = create<EditorState>(() => ({
  history: newHistory(newDocument()),
  documentNumber: 0,
  selected: [],
  selectedEdges: [],
  panel: null,
  adding: null,
  problems: new Map(),
  quietProblems: new Map(),
  idle: new Set(),
  tried: new Set(),
  run: { name: 'none' },
  ranDocument: null,
  before: new Map(),
  isResultOpen: false,
  inputs: {},
  notice: null,
}))

const { getState: get, setState: set } = useEditor

export function currentDocument(): WorkflowDocument {
  return get().history.present
}

/** Changes the document. Changes with the same `mergeKey`, one soon after the other, are one step of undo. */
export function edit(change: (document: WorkflowDocument) => WorkflowDocument, mergeKey?: string): void {
  const { history } = get()
  set({ history: pushState(history, change(history.present), { atMs: Date.now(), mergeKey }) })
  forgetGone()
}

export function undo(): void {
  set(({ history }) => ({ history: undoStep(history), notice: null }))
  forgetGone()
}

export function redo(): void {
  set(({ history }) => ({ history: redoStep(history), notice: null }))
  forgetGone()
}

/** The test run of a node ends with the node. */
function forgetGone(): void {
  const document = currentDocument()
  forgetTestsBut((id) => findNode(document, id) !== undefined)
}

/** Puts another workflow in the place of this one, which undo brings back. */
export function replaceDocument(document: WorkflowDocument, notice: string): void {
  edit(() => document)
  // Another workflow's nodes can have the same ids.
  forgetTestsBut(() => false)
  forgetInputsDrafts()
  set(({ documentNumber }) => ({
    documentNumber: documentNumber + 1,
    selected: [],
    selectedEdges: [],
    panel: null,
    run: { name: 'none' },
    ranDocument: null,
    before: new Map(),
    isResultOpen: false,
    tried: new Set(),
  }))
  showNotice(notice, 'with-undo')
}

export function select(selected: readonly string[], selectedEdges: readonly string[] = []): void {
  const before = get()
  if (isSame(before.selected, selected) && isSame(before.selectedEdges, selectedEdges)) return
  set({ selected, selectedEdges })
}

export function openPanel(id: string, focus: 'stay' | 'panel'): void {
  set({ panel: { id, focus } })
}

export function closePanel(): void {
  set({ panel: null })
}

let noticeCount = 0

/** A sentence that is shown for a while, and read out. */
export function showNotice(text: string, kind: 'plain' | 'with-undo' = 'plain'): void {
  set({ notice: { text, number: ++noticeCount, canUndo: kind === 'with-undo' } })
}

function findProblems(): void {
  const { blocking, quiet, idle } = problemsByNode(currentDocument(), get().tried)
  set({ problems: blocking, quietProblems: quiet, idle })
}

/** Asks for a run: what is not chosen yet becomes a problem. Whether nothing keeps the workflow from running. */
export function isReadyToRun(): boolean {
  set({ tried: new Set(nodesOf(currentDocument()).map(({ id }) => id)) })
  findProblems()
  return get().problems.size === 0
}

/** The problems follow the document when typing rests: checking hundreds of nodes takes some milliseconds. */
export function watchProblems(restMs = 120): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  findProblems()
  const stop = useEditor.subscribe((state, before) => {
    if (state.history.present === before.history.present) return
    clearTimeout(timer)
    timer = setTimeout(findProblems, restMs)
  })
  return () => {
    clearTimeout(timer)
    stop()
  }
}

function isSame(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((id, index) => id === other[index])
}
