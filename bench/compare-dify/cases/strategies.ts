import { type Case, inThreeSeconds } from '../case.ts'
import { type CodeSettings, code, end, type GraphNode, node, showing, workflow } from './workflow.ts'

const programs = {
  returns: 'def main():\n    return {"r": 1}\n',
  throws: 'def main():\n    raise ValueError("no")\n',
  'returns another type': 'def main():\n    return {"r": "x"}\n',
  'returns more': 'def main():\n    return {"r": 1, "s": 2}\n',
} as const

/** Each error strategy with each outcome, and what follows. */
export function strategyCases(): Case[] {
  const strategies: Record<string, CodeSettings> = {
    none: {},
    'default-value': { error_strategy: 'default-value', default_value: [{ key: 'r', type: 'number', value: 7 }] },
    'fail-branch': { error_strategy: 'fail-branch' },
  }
  return Object.entries(strategies).flatMap(([strategy, settings]) =>
    Object.entries(programs).flatMap(([outcome, program]) => {
      const c = code('c', program, { outputs: { r: 'number' }, ...settings })
      return followed(`${strategy}, the node ${outcome}`, c, strategy === 'fail-branch')
    }),
  )
}

function followed(name: string, c: GraphNode, hasFailBranch: boolean): Case[] {
  const good = showing('good', 'c.r')
  const e = end('e', { r: 'good.r' })
  const alone = workflow('strategies', `${name}, one node after it`, [c, good, e], ['start>c', 'c>good', 'good>e'])
  return hasFailBranch ? [alone, ...branching(name, c, good, e)] : [alone]
}

function branching(name: string, c: GraphNode, good: GraphNode, e: GraphNode): Case[] {
  const bad = showing('bad', 'c.error_type')
  const f = end('f', { r: 'bad.r' })
  const branches = ['start>c', 'c>good', 'c:fail-branch>bad']
  const join = node('join', 'variable-aggregator', {
    output_type: 'string',
    variables: [
      ['good', 'r'],
      ['bad', 'r'],
    ],
  })
  const both = showing('both', 'c.r')
  return [
    workflow('strategies', `${name}, branches apart`, [c, good, bad, e, f], [...branches, 'good>e', 'bad>f']),
    workflow(
      'strategies',
      `${name}, branches joined`,
      [c, good, bad, join, end('e', { r: 'join.output' })],
      [...branches, 'good>join', 'bad>join', 'join>e'],
    ),
    workflow(
      'strategies',
      `${name}, both branches into one node`,
      [c, both, end('e', { r: 'both.r', type: 'c.error_type' })],
      ['start>c', 'c>both', 'c:fail-branch>both', 'both>e'],
    ),
    workflow('strategies', `${name}, only the fail branch`, [c, bad, f], ['start>c', 'c:fail-branch>bad', 'bad>f']),
  ]
}

/** Attempts that all fail, and a first one that comes too early. */
export function retryCases(): Case[] {
  const retry_config = { retry_enabled: true, max_retries: 2, retry_interval: 1 }
  const failing = { outputs: { r: 'number' }, retry_config }
  const patient = {
    ...failing,
    variables: { at: 'start.at' },
    retry_config: { ...retry_config, max_retries: 10, retry_interval: 1000 },
  }
  const early = 'import time\n\ndef main(at):\n    assert time.time() > at\n    return {"r": 1}\n'
  return [
    workflow(
      'strategies',
      'retries that all fail',
      [code('c', programs.throws, failing), end('e')],
      ['start>c', 'c>e'],
    ),
    workflow(
      'strategies',
      'retries that all fail, then the fail branch',
      [code('c', programs.throws, { ...failing, error_strategy: 'fail-branch' }), end('e', { type: 'c.error_type' })],
      ['start>c', 'c:fail-branch>e'],
    ),
    workflow(
      'strategies',
      'a success after a retry',
      [code('c', early, patient), end('e', { r: 'c.r' })],
      ['start>c', 'c>e'],
      {
        inputs: { at: inThreeSeconds },
      },
    ),
  ]
}
