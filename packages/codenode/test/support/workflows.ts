/** Workflows of each kind of course, for whoever must answer them all alike. Inputs are `n`, a number. */
import { code, end, graph, node, pick } from './graph.ts'

const start = node('start', 'start', {
  variables: [{ variable: 'n', label: 'n', type: 'number', required: false, default: 3 }],
})
const number = { n: 'number' }
const n = { n: 'start.n' }
const retrying = { retry_enabled: true, max_retries: 2, retry_interval: 10 }

const double = code('double', 'def main(n):\n    print("doubling")\n    return {"n": n * 2}', {
  variables: n,
  outputs: number,
})
const negate = code('negate', 'def main(n):\n    return {"n": -n}', { variables: n, outputs: number })

/** Two nodes at the same time whose results are joined in an end node. */
export const parallel = graph(
  [start, double, negate, end('end', { double: 'double.n', negative: 'negate.n' })],
  ...['start>double', 'start>negate', 'double>end', 'negate>end'],
)

/** A node that is tried three times and prints each time; its fail branch is joined with the way that is not taken. */
export const handled = graph(
  [
    start,
    code(
      'fails',
      'import sys\ndef main(n):\n    print("a")\n    print("b", file=sys.stderr)\n    raise ValueError("no")',
      {
        variables: n,
        outputs: number,
        retry_config: retrying,
        error_strategy: 'fail-branch',
      },
    ),
    code('rescue', 'def main():\n    return {"n": 7}', { outputs: number }),
    code('never', 'def main():\n    return {"n": 8}', { outputs: number }),
    node('join', 'variable-aggregator', {
      variables: [
        ['never', 'n'],
        ['rescue', 'n'],
      ],
      output_type: 'number',
    }),
    end('end', { n: 'join.output' }),
  ],
  ...['start>fails', 'fails>never', 'fails:fail-branch>rescue', 'never>join', 'rescue>join', 'join>end'],
)

export const failing = graph(
  [
    start,
    code('fails', 'def main(n):\n    print("so far")\n    return {"n": 1 / 0}', { variables: n, outputs: number }),
    end('end'),
  ],
  ...['start>fails', 'fails>end'],
)

/** As many items as `n` says, of which each prints and each third fails. */
export function iterating(settings: object = {}) {
  const loop = { is_parallel: true, parallel_nums: 4, error_handle_mode: 'continue-on-error', ...settings }
  const item = 'def main(x):\n    print("item", x)\n    if x % 3 == 2: raise ValueError(x)\n    return {"x": x * x}'
  return graph(
    [
      start,
      code('list', 'def main(n):\n    return {"items": list(range(n))}', {
        variables: n,
        outputs: { items: 'array[number]' },
      }),
      node('loop', 'iteration', {
        iterator_selector: ['list', 'items'],
        output_selector: ['square', 'x'],
        start_node_id: 'first',
        ...loop,
      }),
      node('first', 'iteration-start', {}, 'loop'),
      code('square', item, { variables: { x: 'loop.item' }, outputs: { x: 'number' } }, 'loop'),
      end('end', { squares: 'loop.output' }),
    ],
    ...['start>list', 'list>loop', 'first>square', 'loop>end'],
  )
}

/** An if-else and a template. */
export const choosing = graph(
  [
    start,
    node('choose', 'if-else', {
      cases: [
        {
          case_id: 'true',
          logical_operator: 'and',
          conditions: [{ variable_selector: ['start', 'n'], comparison_operator: '>', value: '2' }],
        },
      ],
    }),
    node('say', 'template-transform', { template: 'many: {{ n }}', variables: [pick('n', 'start.n')] }),
    end('end', { text: 'say.output' }),
    end('few'),
  ],
  ...['start>choose', 'choose:true>say', 'choose:false>few', 'say>end'],
)

/** Goes on until it is stopped, once it has printed. */
export const forever = graph(
  [start, code('forever', 'import time\ndef main():\n    print("on", flush=True)\n    time.sleep(1000)'), end('end')],
  ...['start>forever', 'forever>end'],
)

export const workflows = { parallel, handled, failing, iterating: iterating(), choosing }
