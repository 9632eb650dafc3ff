import type { Program } from './program.ts'

/** The two interpreters. */
export const runtimeNames = ['python', 'javascript'] as const

export type RuntimeName = (typeof runtimeNames)[number]

/** Which interpreter runs a language. */
export const runtimeOf = {
  python: 'python',
  javascript: 'javascript',
  typescript: 'javascript',
} as const satisfies Record<Program['language'], RuntimeName>
