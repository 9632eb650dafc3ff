import { runIdOf } from '../run-state/workflow-run.ts'
import { useEditor } from './editor-store.ts'

const restMs = 200
const longestMs = 2000

let writeWaiting = (): void => undefined

/** Writes at once what waits for changes to rest. */
export function writeNow(): void {
  writeWaiting()
}

/** Calls `save` when changes rest, every two seconds while they do not, when a run begins, and when the page goes away. */
export function keepWhenResting(save: () => void): void {
  let timer: ReturnType<typeof setTimeout> | undefined
  let dirtySince: number | null = null
  const write = (): void => {
    clearTimeout(timer)
    if (dirtySince === null) return
    dirtySince = null
    save()
  }
  writeWaiting = write
  useEditor.subscribe((state, before) => {
    const isSameRun = runIdOf(state.run) === runIdOf(before.run)
    if (state.history === before.history && state.inputs === before.inputs && isSameRun) return
    dirtySince ??= Date.now()
    // A page that goes away on a busy machine may be given no time to write, and without its id a run is not found again.
    if (!isSameRun) {
      write()
      return
    }
    clearTimeout(timer)
    timer = setTimeout(write, Math.min(restMs, Math.max(0, dirtySince + longestMs - Date.now())))
  })
  window.addEventListener('pagehide', write)
  // A phone may end a page that is out of sight without another word.
  document.addEventListener('visibilitychange', () => document.visibilityState === 'hidden' && write())
}
