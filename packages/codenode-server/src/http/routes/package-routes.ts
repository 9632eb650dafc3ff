import { CodenodeError } from 'codenode/internal/contract/error'
import { nodeLibrary, pythonLibrary } from 'codenode/internal/contract/standard-libraries'
import { findPlaces } from 'codenode/internal/places/find-places'
import { describePackages, type PackageListing } from 'codenode/internal/sandbox/list-packages'
import { closeModules } from 'codenode/internal/values/close-names'
import type { FastifyInstance } from 'fastify'
import type * as z from 'zod'
import { MemberReader } from '../../service/members/member-reader.ts'
import { memberPathSchema, moduleMembersSchema, moduleSchema, packagesSchema } from '../documents/package-documents.ts'
import { answer, problems } from '../wire/openapi.ts'
import { stateOf } from '../wire/request-state.ts'
import type { RouteDeps } from './route-deps.ts'

type OfModule = { Params: z.output<typeof moduleSchema>; Querystring: z.output<typeof memberPathSchema> }

/** What code can import, and what it finds there. */
export function addPackageRoutes(server: FastifyInstance, { programs, config }: RouteDeps): void {
  const common = problems('unauthorized', 'origin_refused', 'internal_error')
  const readPackages = keepFor(5_000, () =>
    listPackages(findPlaces({ ...config, packages: 'may be made' }).packagesDir),
  )
  const reader = new MemberReader(programs)

  server.get('/v1/packages', {
    schema: {
      operationId: 'listPackages',
      tags: ['Service'],
      summary: 'List what code can import',
      response: { 200: answer('By language.', packagesSchema), ...common },
    },
    handler: (_, reply) => reply.send(readPackages().listing),
  })

  server.get<OfModule>('/v1/packages/:language/:module/members', {
    schema: {
      operationId: 'listMembers',
      tags: ['Service'],
      summary: 'List what a module has',
      description:
        'For completion in editors. A program inside of the sandbox imports the module and looks; it takes a place like any run, and is not in the history. The answer is kept until other packages are installed.',
      params: moduleSchema,
      querystring: memberPathSchema,
      response: {
        200: answer('Its members, by name.', moduleMembersSchema),
        ...common,
        ...problems(
          ...(['request_invalid', 'package_not_found', 'pool_full', 'too_many_runs'] as const),
          ...(['sandbox_unavailable', 'service_stopping'] as const),
        ),
      },
    },
    handler: async (request, reply) => {
      const { language, module } = request.params
      const { path = '' } = request.query
      const { listing, set } = readPackages()
      const isPython = language === 'python'
      checkKnown(module, isPython ? pythonNames(listing.python) : scriptNames(listing.javascript), isPython)
      const known = { language: isPython ? language : 'javascript', module, path } as const
      return await reply.send(await reader.read(known, { client: stateOf(request).client, packageSet: set }))
    },
  })
}

/** Before anything runs, so that names that are nothing cost nothing. */
function checkKnown(module: string, known: ReadonlySet<string>, isPython: boolean): void {
  const owner = isPython ? module.split('.', 1)[0] : /^(?:@[^/]+\/)?[^/]+/.exec(module.replace(/^node:/, ''))?.[0]
  if (owner !== undefined && known.has(owner)) return
  const library = isPython ? pythonLibrary : nodeLibrary
  const installed = [...known].filter((name) => !library.has(name))
  throw new CodenodeError('package_not_found', { module, close: closeModules(owner ?? module, installed, library) })
}

type Listing = z.output<typeof packagesSchema>

function pythonNames(installed: Listing['python']): ReadonlySet<string> {
  return new Set([...installed.flatMap(({ importNames }) => importNames), ...pythonLibrary])
}

function scriptNames(installed: Listing['javascript']): ReadonlySet<string> {
  return new Set([...installed.map(({ name }) => name), ...nodeLibrary])
}

/** `set`: tells this set of packages from another. */
function listPackages(packagesDir: string): { listing: Listing; set: string } {
  const { python, javascript } = describePackages(packagesDir)
  const listing = { python: python.map(toDocument), javascript: javascript.map(toDocument) }
  return { listing, set: JSON.stringify(listing) }
}

function toDocument({ isPreloaded, ...it }: PackageListing) {
  return { ...it, preloaded: isPreloaded }
}

/** Reads hundreds of files, so not for every request. */
function keepFor<Value>(ms: number, read: () => Value): () => Value {
  let kept: { value: Value; until: number } | undefined
  return () => {
    const now = performance.now()
    if (!kept || kept.until < now) kept = { value: read(), until: now + ms }
    return kept.value
  }
}
