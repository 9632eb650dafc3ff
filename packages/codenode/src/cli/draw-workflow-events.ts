import type { WorkflowEvent } from '../contract/workflow-events.ts'
import { drawRetry, LineKeeper } from './draw-events.ts'
import { formatMs } from './draw-figures.ts'
import { colourOf, signs } from './draw-steps.ts'
import { showSafely, type Terminal } from './terminal.ts'

/** A run that is over sooner tells its steps all at once, in its record. */
const longRunMs = 1000

/**
 * Shows the nodes' logs and failed attempts while a workflow runs, and in a long run what each node came to. `now` is a
 * clock in ms.
 */
export function buildWorkflowDrawer(
  { write, paint }: Terminal,
  now: () => number = () => performance.now(),
): (event: WorkflowEvent) => void {
  const began = now()
  const titles = new Map<string, string>()
  const open = new LineKeeper((line) => write(paint.dim(line)))
  const name = (nodeId: string): string => showSafely(titles.get(nodeId) ?? nodeId)
  return (event) => {
    if (event.type === 'log') return open.add(event.entry, name(event.nodeId))
    if (event.type !== 'node') return event.type === 'status' && event.status !== 'running' ? open.end() : undefined
    if (event.status === 'started') return void titles.set(event.nodeId, event.title)
    open.end()
    if (event.status === 'retry') {
      const { attempt, retryInMs } = event
      return write(paint.yellow(`${name(event.nodeId)}: ${drawRetry(attempt, retryInMs)}`))
    }
    if (event.iteration || now() - began < longRunMs) return
    const sign = colourOf(event.status, paint)(signs[event.status])
    const said = event.error ? `  ${event.error.code}` : ''
    write(`${sign} ${showSafely(event.title)} ${paint.dim(`${formatMs(event.durationMs)}${said}`)}\n`)
  }
}
