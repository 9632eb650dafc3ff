/** Forty requests of every kind, for whoever must answer them all alike. */
import type { CodeNodeInput } from '../../src/contract/node.ts'

export type Asked = { name: string; node: CodeNodeInput; inputs: Record<string, unknown> }

type Language = 'python3' | 'javascript' | 'typescript'
type Case = {
  name: string
  inputs?: Record<string, unknown>
  outputs?: Record<string, { type: string }>
  code: Partial<Record<Language, string>>
  more?: Record<string, unknown>
}

const text = { result: { type: 'string' } }

const cases: Case[] = [
  {
    name: 'text',
    inputs: { name: 'Ünï "quoted" \n' },
    code: {
      python3: 'def main(name):\n    return {"result": "hello " + name}',
      javascript: 'function main({ name }) { return { result: "hello " + name } }',
      typescript:
        'function main({ name }: { name: string }): { result: string } { return { result: "hello " + name } }',
    },
  },
  {
    name: 'numbers',
    inputs: { n: 3, x: 0.1, flag: true },
    outputs: { n: { type: 'number' }, x: { type: 'number' }, flag: { type: 'boolean' } },
    code: {
      python3: 'def main(n, x, flag):\n    return {"n": n + 1, "x": x * 3, "flag": not flag}',
      javascript: 'function main({ n, x, flag }) { return { n: n + 1, x: x * 3, flag: !flag } }',
      typescript: 'const main = ({ n, x, flag }: any) => ({ n: n + 1, x: x * 3, flag: !flag })',
    },
  },
  {
    name: 'lists and objects',
    inputs: {
      rows: [
        { id: 1, tags: ['a'] },
        { id: 2, tags: [] },
      ],
    },
    outputs: { rows: { type: 'array[object]' }, ids: { type: 'array[number]' }, first: { type: 'object' } },
    code: {
      python3: 'def main(rows):\n    return {"rows": rows, "ids": [r["id"] for r in rows], "first": rows[0]}',
      javascript: 'function main({ rows }) { return { rows, ids: rows.map((r) => r.id), first: rows[0] } }',
      typescript: 'function main({ rows }) { return { rows, ids: rows.map((r: any) => r.id), first: rows[0] } }',
    },
  },
  {
    name: 'logs on both streams',
    code: {
      python3:
        'import sys\ndef main():\n    print("one")\n    print("two", file=sys.stderr)\n    return {"result": "x"}',
      javascript: 'function main() { console.log("one"); console.error("two"); return { result: "x" } }',
      typescript: 'function main() { console.log("one"); console.error("two"); return { result: "x" as string } }',
    },
  },
  {
    name: 'exception',
    code: {
      python3: 'def main():\n    raise ValueError("no rows")',
      javascript: 'function main() { throw new TypeError("no rows") }',
      typescript: 'function main(): never { throw new TypeError("no rows") }',
    },
  },
  {
    name: 'syntax error',
    code: { python3: 'def main(:\n', javascript: 'function main( {', typescript: 'const main: = 1' },
  },
  {
    name: 'no main',
    code: { python3: 'def other(): pass', javascript: 'function other() {}', typescript: 'function other(): void {}' },
  },
  {
    name: 'output missing and wrong',
    outputs: { result: { type: 'string' }, count: { type: 'number' } },
    code: {
      python3: 'def main():\n    return {"count": "three", "more": 1}',
      javascript: 'function main() { return { count: "three", more: 1 } }',
      typescript: 'function main() { return { count: "three", more: 1 } }',
    },
  },
  {
    name: 'default value',
    more: { error_strategy: 'default-value', default_value: [{ key: 'result', type: 'string', value: 'none' }] },
    code: {
      python3: 'def main():\n    return 1 / 0',
      javascript: 'function main() { return undefinedName }',
      typescript: 'function main() { return (null as any).x }',
    },
  },
  {
    name: 'fail branch',
    more: { error_strategy: 'fail-branch' },
    code: {
      python3: 'import nothing_like_it\ndef main(): pass',
      javascript: 'require("nothing-like-it"); function main() {}',
      typescript: 'require("nothing-like-it"); function main() {}',
    },
  },
  {
    name: 'retries',
    more: { retry_config: { retry_enabled: true, max_retries: 2, retry_interval: 10 } },
    code: {
      python3: 'def main():\n    print("try")\n    raise KeyError("k")',
      javascript: 'function main() { console.log("try"); throw new Error("k") }',
      typescript: 'function main() { console.log("try"); throw new Error("k") }',
    },
  },
  {
    name: 'blocked',
    code: {
      python3: 'import socket\ndef main():\n    socket.create_connection(("10.0.0.1", 80))',
      javascript: 'function main() { return { result: require("fs").readFileSync("/etc/shadow", "utf8") } }',
      typescript: 'async function main() { await fetch("http://10.0.0.1/") }',
    },
  },
  {
    name: 'an exit',
    code: {
      python3: 'import sys\ndef main():\n    sys.exit(3)',
      javascript: 'function main() { process.exit(3) }',
      typescript: 'function main() { process.exit(3) }',
    },
  },
  {
    name: 'an input that is not declared',
    inputs: { name: 'x' },
    more: { variables: [] },
    code: { python3: 'def main():\n    return {"result": "y"}' },
  },
]

export const requests: Asked[] = cases.flatMap(({ name, inputs = {}, outputs = text, code, more }) =>
  Object.entries(code).map(([code_language, source]) => ({
    name: `${name} (${code_language})`,
    // Settings of a node are checked by whoever gets them.
    node: {
      type: 'code',
      title: name,
      code_language,
      code: source,
      variables: Object.keys(inputs).map((variable) => ({ variable })),
      outputs,
      ...more,
    } as CodeNodeInput,
    inputs,
  })),
)
