import { readFileSync } from 'node:fs'
import path from 'node:path'
import * as z from 'zod'
import { CodenodeError } from '../../contract/error.ts'
import type { Execution } from '../../contract/program.ts'
import type { RuntimeName } from '../../contract/runtime-name.ts'

const insideSchema = z.object({
  tries: z.array(z.tuple([z.string(), z.string(), z.string()])),
  descriptors: z.record(z.string(), z.string()),
  environment: z.array(z.string()),
  pid: z.number(),
})

/** What a run found out about itself: `[layer, what it tried, what came of it]`. */
export type InsideFacts = z.infer<typeof insideSchema>

const programs = { python: 'program.py', javascript: 'program.cjs' } as const

/** Has a run try everything that none may do. `run` runs a program's code in the sandbox that is looked at. */
export async function readInside(
  run: (code: string) => Promise<Pick<Execution, 'outcome'>>,
  name: RuntimeName,
): Promise<InsideFacts> {
  const { outcome } = await run(readFileSync(path.join(import.meta.dirname, programs[name]), 'utf8'))
  if (outcome.status === 'returned') return insideSchema.parse(JSON.parse(outcome.resultJson))
  const why = outcome.status === 'failed' ? outcome.failure.message : outcome.status
  throw new CodenodeError('sandbox_unavailable', { message: `The probe of its layers did not come back: ${why}` })
}
