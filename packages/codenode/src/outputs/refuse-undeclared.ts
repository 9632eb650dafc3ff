import { buildFailure } from '../contract/failure-values.ts'
import type { CodeNode } from '../contract/node.ts'
import type { ExecutionFailure } from '../contract/program.ts'
import type { Warning } from '../contract/record.ts'

/**
 * The failure of a node that returns more than it declares; null: it is a success. Dify fails every such node. Where an error
 * strategy decides by that which way the workflow takes, it is so here as well; else the surplus is dropped with a warning.
 */
export function refuseUndeclared(
  { error_strategy: strategy }: Pick<CodeNode, 'error_strategy'>,
  warnings: readonly Warning[],
): ExecutionFailure | null {
  if (strategy !== 'default-value' && strategy !== 'fail-branch') return null
  const paths = warnings.filter(({ code }) => code === 'output_undeclared').map(({ path }) => path)
  return paths.length > 0 ? buildFailure('output_undeclared', { paths }) : null
}
