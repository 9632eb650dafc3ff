import type { Program } from '../contract/program.ts'

/** The two interpreters. */
export const runtimeNames = ['python', 'node'] as const

export type RuntimeName = (typeof runtimeNames)[number]

/** Which interpreter runs a language. */
export const runtimeOf = { python3: 'python', javascript: 'node', typescript: 'node' } as const satisfies Record<
  Program['language'],
  RuntimeName
>
