import * as z from 'zod'
import { CodenodeError } from '../contract/error.ts'
import { checkRunOptions } from '../reading/run-options.ts'
import { runNodeOptionsSchema } from './run-node-options.ts'

/** As of a node's run, with what a node says of itself. */
const schema = runNodeOptionsSchema.omit({ nodeId: true, outputs: true }).extend({
  title: z.string().optional(),
  // Checked with the node that is made of it.
  outputs: z.unknown().optional(),
})

/** Throws `configuration_invalid` with what is wrong in the options of a program's run, apart from its limits. */
export function checkCodeOptions(options: object): void {
  const issues = checkRunOptions(options, schema)
  if (issues.length > 0) throw new CodenodeError('configuration_invalid', { issues })
}
