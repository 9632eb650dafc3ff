import { create } from 'zustand'

/** How it stands with what the browser keeps. */
export type Keeping = {
  /** Another version of the workflow, between which and this one people choose: shared by all tabs, or left by one. */
  other: { name: 'none' } | { name: 'changed' } | { name: 'left'; key: string }
  /** There is no room for the workflow, or the browser forbids storage. */
  isFull: boolean
  /** A kept text that could not be read; null: there is none. */
  unreadable: string | null
}

export const useKeeping = create<Keeping>(() => ({ other: { name: 'none' }, isFull: false, unreadable: null }))
