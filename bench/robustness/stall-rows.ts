/** What takes a service long to read, check or answer: results that programs write by hand, and requests that run nothing. */
export type StallRow = { name: string; path: string; body: () => string }

const depth = (levels: number) => [`'['*${levels}`, `']'*${levels}`] as const
const [open, shut] = depth(900)

export const stallRows: readonly StallRow[] = [
  result('object of 900,000 keys', `'{"a":{' + ','.join('"%d":1' % n for n in range(900_000)) + '}}'`),
  result('950,000 keys at top level', `'{' + ','.join('"%d":1' % n for n in range(950_000)) + '}'`),
  result('5,000 arrays, 900 deep', `'{"a":[' + ','.join([${open} + ${shut}] * 5000) + ']}'`),
  result('3.3 million {}', `'{"a":[' + ','.join(['{}'] * 3_300_000) + ']}'`),
  result('500,000 numbers of 19 digits', `'{"a":[' + ','.join(['9223372036854775807'] * 500_000) + ']}'`),
  {
    name: '2 MB of log, 1 byte a frame',
    path: '/v1/nodes/run',
    body: () => asNode({ code: frames(`(header(1, 2) + b"x" + header(1, 3) + b"y") * 1_000_000`) }),
  },
  {
    name: '200,000 prints of 1 byte to stdout and stderr in turn',
    path: '/v1/nodes/run',
    body: () =>
      asNode({
        code: 'import sys\ndef main():\n    for _ in range(200_000):\n        sys.stdout.write("x")\n        sys.stderr.write("y")\n    return {"a": {}}\n',
      }),
  },
  validate('280,000 good outputs', () => ({ outputs: many(280_000, (n) => [`o${n}`, { type: 'string' }]) })),
  validate('outputs 90 deep and 300,000 wide', () => ({
    outputs: nest(
      90,
      many(300_000, (n) => [`o${n}`, { type: 'string' }]),
    ),
  })),
  validate('300,000 wrong outputs', () => ({ outputs: many(300_000, (n) => [`o${n}`, { type: 'x' }]) })),
  validate('400,000 wrong variables', () => ({ variables: Array.from({ length: 400_000 }, () => ({ variable: 1 })) })),
  {
    name: 'YAML list of 10 MB',
    path: '/v1/workflows/validate',
    body: () => JSON.stringify({ workflow: `kind: app\nlist:\n${'  - a\n'.repeat(1_600_000)}` }),
  },
  {
    name: '11 MB of JSON, broken at its end',
    path: '/v1/nodes/validate',
    body: () => `{"node":{"type":"code","code":"x","outputs":{},"more":[${'{"a":1},'.repeat(1_350_000)}{]}}`,
  },
]

/** A run whose result is this expression of Python, written past `main`'s own. */
function result(name: string, expression: string): StallRow {
  const code = frames(`(lambda text: header(len(text), 4) + text)((${expression}).encode())`)
  return { name, path: '/v1/nodes/run', body: () => asNode({ code }) }
}

/** A program that writes frames to the run's channel, and ends. */
export function frames(expression: string): string {
  return `import os, struct
def header(size, kind):
    return struct.pack("<IB", size, kind)
def main():
    view = memoryview(${expression})
    while view:
        view = view[os.write(3, view):]
    os._exit(0)
`
}

export function asNode(settings: Record<string, unknown>): string {
  const node = { type: 'code', title: 'hostile', code_language: 'python3', outputs: { a: { type: 'object' } } }
  return JSON.stringify({ node: { ...node, ...settings }, inputs: {} })
}

function validate(name: string, settings: () => Record<string, unknown>): StallRow {
  const node = { type: 'code', title: 'hostile', code: 'def main():\n    return {}', outputs: {} }
  return { name, path: '/v1/nodes/validate', body: () => JSON.stringify({ node: { ...node, ...settings() } }) }
}

function many(count: number, entry: (n: number) => readonly [string, unknown]): Record<string, unknown> {
  return Object.fromEntries(Array.from({ length: count }, (_, n) => entry(n)))
}

function nest(levels: number, inner: Record<string, unknown>): Record<string, unknown> {
  return levels === 0 ? inner : { a: { type: 'object', children: nest(levels - 1, inner) } }
}
