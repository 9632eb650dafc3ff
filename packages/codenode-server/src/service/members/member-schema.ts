import { type ModuleMember, memberKinds } from 'codenode/internal/contract/module-members'
import * as z from 'zod'

/** As the API gives it, and as it must come out of the sandbox. */
export const memberSchema = z.object({
  name: z.string(),
  kind: z
    .enum(memberKinds)
    .describe('`submodule`: it is there once it is imported itself. `constant`: any other value.'),
  detail: z
    .string()
    .nullable()
    .describe('The parameters of a function or class, or the type of a constant; null: not known.'),
  doc: z.string().nullable().describe('The first line of its documentation.'),
  named: z.boolean().describe('Whether an import can take it by its name.'),
}) satisfies z.ZodType<ModuleMember>
