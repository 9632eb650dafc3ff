import { CodenodeError } from 'codenode/internal/contract/error'
import type { ModuleMembers } from 'codenode/internal/contract/module-members'
import type { Execution } from 'codenode/internal/contract/program'
import * as z from 'zod'
import type { ClientId, ProgramRequest, RunService } from '../api/types.ts'
import { MemberCache } from './member-cache.ts'
import { memberSchema } from './member-schema.ts'
import { pythonProgram } from './python-program.ts'
import { scriptProgram } from './script-program.ts'

export type MemberRequest = {
  language: ProgramRequest['language']
  /** As an import names it: `os.path`, `lodash/fp`. */
  module: string
  /** A member of it, such as `datetime` or `linalg.norm`; empty: the module itself. */
  path: string
}

const resultSchema = z.discriminatedUnion('status', [
  z.object({ status: z.literal('missing') }),
  z.object({ status: z.literal('found'), members: z.array(memberSchema), complete: z.boolean() }),
])

/** Null: there is no such module, or it has no such member. */
type Found = Pick<ModuleMembers, 'members' | 'complete'> | null

const maxMembers = 3000
const maxText = 160
const programs = { python: pythonProgram, javascript: scriptProgram }

/**
 * What modules have, read inside of the sandbox by a program of ours, within the limits of any run and outside of the
 * history. What was read is kept as long as the installed packages stay the same.
 */
export class MemberReader {
  readonly #runs: Pick<RunService, 'runProgram'>
  readonly #cache = new MemberCache<Found>()

  constructor(runs: Pick<RunService, 'runProgram'>) {
    this.#runs = runs
  }

  /**
   * `packageSet`: tells one set of installed packages from another. Throws `package_not_found`, and what `runProgram` throws.
   */
  async read(
    request: MemberRequest,
    { client, packageSet }: { client: ClientId; packageSet: string },
  ): Promise<ModuleMembers> {
    const { language, module, path } = request
    const found = await this.#cache.get(packageSet, JSON.stringify([language, module, path]), () =>
      this.#ask(request, client),
    )
    if (found === null)
      throw new CodenodeError('package_not_found', { module: path === '' ? module : `${module}.${path}` })
    return { module, path, ...found }
  }

  async #ask({ language, module, path }: MemberRequest, client: ClientId): Promise<{ value: Found; bytes: number }> {
    const inputs = { module, path: path === '' ? [] : path.split('.'), maxMembers, maxText }
    const program: ProgramRequest = { language, code: programs[language], inputs }
    const { outcome } = await this.#runs.runProgram(program, { client })
    return readOutcome(outcome)
  }
}

function readOutcome(outcome: Execution['outcome']): { value: Found; bytes: number } {
  if (outcome.status === 'cancelled') throw new CodenodeError('service_stopping', {})
  // A module that takes too long, or too much, or that fails when it is imported: nothing is known of it.
  if (outcome.status !== 'returned') return { value: { members: [], complete: false }, bytes: 0 }
  const result = resultSchema.safeParse(parse(outcome.resultJson))
  // The program is ours, but what it runs in is a module's.
  if (!result.success) return { value: { members: [], complete: false }, bytes: 0 }
  if (result.data.status === 'missing') return { value: null, bytes: 0 }
  const { members, complete } = result.data
  return { value: { members, complete }, bytes: outcome.resultJson.length }
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return null // not what our program writes, and refused as that
  }
}
