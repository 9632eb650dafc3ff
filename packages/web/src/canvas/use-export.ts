import { create } from 'zustand'

/** Whether it is asked if an export has the values of secrets. */
export const useExport = create<{ isAsked: boolean }>(() => ({ isAsked: false }))
