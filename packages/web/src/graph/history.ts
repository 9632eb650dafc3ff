/** What was, what is, and what was undone. The newest step stands last in `past`, the next one to redo last in `future`. */
export type History<State> = {
  readonly past: readonly State[]
  readonly present: State
  readonly future: readonly State[]
  /** The last step, as long as the next one may still become a part of it. */
  readonly open: { readonly mergeKey: string; readonly atMs: number } | null
}

/** `mergeKey` names the field that is typed into: steps with the same key within 800 ms are one. */
export type Step = { readonly atMs: number; readonly mergeKey?: string | undefined }

export const maxSteps = 200
export const mergeWithinMs = 800

export function newHistory<State>(present: State): History<State> {
  return { past: [], present, future: [], open: null }
}

/** The next state. One that is the same object as the present is no step. */
export function pushState<State>(history: History<State>, state: State, { atMs, mergeKey }: Step): History<State> {
  if (state === history.present) return history
  const open = mergeKey === undefined ? null : { mergeKey, atMs }
  const isSameStep =
    open !== null && history.open?.mergeKey === open.mergeKey && atMs - history.open.atMs <= mergeWithinMs
  const past = isSameStep ? history.past : [...history.past, history.present].slice(-maxSteps)
  return { past, present: state, future: [], open }
}

export function undo<State>(history: History<State>): History<State> {
  if (!canUndo(history)) return history
  const present = history.past.at(-1) as State
  return { past: history.past.slice(0, -1), present, future: [...history.future, history.present], open: null }
}

export function redo<State>(history: History<State>): History<State> {
  if (!canRedo(history)) return history
  const present = history.future.at(-1) as State
  return { past: [...history.past, history.present], present, future: history.future.slice(0, -1), open: null }
}

export function canUndo({ past }: History<unknown>): boolean {
  return past.length > 0
}

export function canRedo({ future }: History<unknown>): boolean {
  return future.length > 0
}
