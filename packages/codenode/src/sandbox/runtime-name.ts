import type { Program } from '../contract/program.ts'

/** The two interpreters. */
export type RuntimeName = 'python' | 'node'

/** Which interpreter runs a language. */
export const runtimeOf = { python3: 'python', javascript: 'node', typescript: 'node' } as const satisfies Record<
  Program['language'],
  RuntimeName
>
