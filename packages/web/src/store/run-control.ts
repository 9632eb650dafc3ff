import { ApiError } from 'codenode/client'
import { isInProgress, isWorkflowRecord, type WorkflowEvent } from 'codenode/contract'
import type { WorkflowDocument } from '../graph/document.ts'
import { readDocument, toDocument } from '../graph/document-text.ts'
import { labels } from '../labels/editor.ts'
import { afterWorkflowEvent, begun, endedRun, runIdOf } from '../run-state/workflow-run.ts'
import { currentClient } from '../service/client.ts'
import { currentDocument, showNotice, useEditor } from './editor-store.ts'

const { getState: get, setState: set } = useEditor

/** Ends following the run that is shown; the run itself goes on. */
let stopFollowing = new AbortController()

/** Runs the workflow as it stands, and follows it. */
export async function startRun(inputs: Readonly<Record<string, unknown>>): Promise<void> {
  const signal = beginFollowing()
  const workflow = currentDocument()
  set({ run: begun, ranDocument: workflow, isResultOpen: true, notice: null })
  try {
    const { id } = await currentClient().startWorkflow({ workflow, inputs }, { signal })
    set({ run: { ...begun, id } })
    await follow(id, signal)
  } catch (error) {
    refuse(error, signal)
  }
}

export async function cancelRun(): Promise<void> {
  const id = runIdOf(get().run)
  if (id === null) return
  try {
    await currentClient().cancelRun(id)
  } catch (error) {
    refuse(error, stopFollowing.signal)
  }
}

/**
 * Shows a run of before: its record, or what it still does. A run that is no longer kept shows nothing; where the service does
 * not answer, it is asked again a few times, and then that is told.
 */
export async function showRun(id: string, how: 'open-result' | 'quiet'): Promise<void> {
  const signal = beginFollowing()
  if (how === 'open-result') set({ isResultOpen: true })
  for (const waitMs of [...waitsMs, null]) {
    try {
      await showNow(id, signal)
      return
    } catch (error) {
      if (signal.aborted) return
      if (!(error instanceof ApiError)) throw error
      if (error.code === 'run_not_found') return
      if (waitMs === null) showNotice(labels.notices.runNotLoaded(error.message))
      else await new Promise((resolve) => setTimeout(resolve, waitMs))
    }
  }
}

/** Between two questions. */
const waitsMs = [500, 2000, 5000]

async function showNow(id: string, signal: AbortSignal): Promise<void> {
  const [run, ranDocument] = await Promise.all([currentClient().getRun(id, { signal }), workflowOf(id, signal)])
  set({ ranDocument })
  if (isInProgress(run)) {
    set({ run: { ...begun, id } })
    await follow(id, signal)
  } else if (isWorkflowRecord(run)) set({ run: endedRun(run) })
}

/** The workflow as a run was given it; null: it is not kept. */
async function workflowOf(id: string, signal: AbortSignal): Promise<WorkflowDocument | null> {
  try {
    const request = await currentClient().getRunRequest(id, { signal })
    if (!('workflow' in request)) return null
    const { workflow } = request
    const read = typeof workflow === 'string' ? readDocument(workflow) : toDocument(workflow)
    return 'document' in read ? read.document : null
  } catch (error) {
    // The run itself is asked for at the same time; what became of it can be shown without.
    if (error instanceof ApiError) return null
    throw error
  }
}

function beginFollowing(): AbortSignal {
  stopFollowing.abort()
  stopFollowing = new AbortController()
  return stopFollowing.signal
}

async function follow(id: string, signal: AbortSignal): Promise<void> {
  let waiting: WorkflowEvent[] = []
  let frame: number | null = null
  // A fast workflow tells hundreds of events in a few milliseconds; the canvas is drawn once a frame.
  const apply = (): void => {
    frame = null
    const events = waiting
    waiting = []
    if (!signal.aborted)
      set(({ run }) => ({ run: events.reduce((state, event) => afterWorkflowEvent(state, event, Date.now()), run) }))
  }
  for await (const { event } of currentClient().followRun<WorkflowEvent>(id, { signal })) {
    waiting.push(event)
    if (event.type === 'result') {
      if (frame !== null) cancelAnimationFrame(frame)
      apply()
    } else frame ??= requestAnimationFrame(apply)
  }
}

function refuse(error: unknown, signal: AbortSignal): void {
  if (signal.aborted) return
  const message = error instanceof Error ? error.message : String(error)
  set({ run: { name: 'refused', message, issues: error instanceof ApiError ? error.issues : [] } })
}
