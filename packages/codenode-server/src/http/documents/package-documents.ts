import type { ModuleMembers } from 'codenode/internal/contract/module-members'
import { languages } from 'codenode/internal/contract/node-words'
import * as z from 'zod'
import { memberSchema } from '../../service/members/member-schema.ts'

const packageSchema = z.object({
  name: z.string(),
  version: z.string(),
  importNames: z.array(z.string()),
  preloaded: z.boolean().describe('The import is instant.'),
  importMs: z
    .int()
    .optional()
    .describe('CPU time of the import in milliseconds, where `codenode packages install` has measured it.'),
})

export const packagesSchema = z.object({ python: z.array(packageSchema), javascript: z.array(packageSchema) }).meta({
  id: 'Packages',
  examples: [
    { python: [{ name: 'numpy', version: '2.3.5', importNames: ['numpy'], preloaded: true }], javascript: [] },
  ],
})

export const moduleSchema = z.object({
  language: z.enum(languages),
  module: z
    .string()
    .max(200)
    .regex(/^(?:node:)?(?:@[\w.-]+\/)?[\w-][\w.-]*(?:\/[\w-][\w.-]*)*$/, 'is not the name of a module.')
    .describe('As an import names it, such as `os.path` and `lodash/fp`; a slash is sent as `%2F`.')
    .meta({ examples: ['numpy'] }),
})

export const memberPathSchema = z.strictObject({
  path: z
    .string()
    .max(200)
    .regex(
      /^[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*){0,5}$/,
      'is not a path of at most six names with dots between them.',
    )
    .optional()
    .describe(
      'A member whose own members are asked for, such as `linalg`. `default` is what `import x from` gives in JavaScript.',
    ),
})

export const moduleMembersSchema = z
  .object({
    module: z.string(),
    path: z.string().describe('Empty: the module itself.'),
    members: z.array(memberSchema),
    complete: z.boolean().describe('False: there are more, or the module could not be looked at.'),
  })
  .meta({
    id: 'ModuleMembers',
    examples: [
      {
        module: 'numpy',
        path: 'linalg',
        members: [
          { name: 'norm', kind: 'function', detail: '(x, ord=None)', doc: 'Matrix or vector norm.', named: true },
        ],
        complete: true,
      },
    ],
  }) satisfies z.ZodType<ModuleMembers>
