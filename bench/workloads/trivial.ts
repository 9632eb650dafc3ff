import { deepStrictEqual } from 'node:assert'
import { noImports, type Workload } from './workload.ts'

export const trivial: Workload = {
  name: 'trivial',
  summary: 'joins two inputs',
  code: {
    python: 'def main(name: str, count: int) -> dict:\n    return {"text": f"{name} {count + 1}"}\n',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is a program's text
    javascript: 'function main({ name, count }) {\n  return { text: `${name} ${count + 1}` }\n}\n',
  },
  inputs: { name: 'run', count: 41 },
  outputs: { text: { type: 'string' } },
  imports: noImports,
  check: (outputs) => deepStrictEqual(outputs, { text: 'run 42' }),
  saturates: true,
}
