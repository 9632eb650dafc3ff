import { isDeepStrictEqual } from 'node:util'
import type { CodeNodeInput } from '../../src/contract/node.ts'
import type { RunRecord } from '../../src/contract/record.ts'

/** One run of the soak: what is asked, and what may come of it. */
export type SoakRun = {
  /** For messages: `honest typescript`, `python resources/threads`. */
  name: string
  kind: 'honest' | 'hostile'
  node: CodeNodeInput
  inputs: Record<string, unknown>
  /** The client goes away after this; null: it waits. */
  abandonAfterMs: number | null
  /** What is wrong with the record; null: nothing. */
  findFault: (record: RunRecord) => string | null
}

const languages = ['python3', 'javascript', 'python3', 'javascript', 'typescript'] as const

const code = {
  python3: `
def main(n, text, items):
    print("run", n)
    return {"square": n * n, "text": text[::-1], "items": [{"at": at, "twice": it * 2} for at, it in enumerate(items)]}
`,
  javascript: `
function main({ n, text, items }) {
  console.log('run', n)
  const reversed = Array.from(text).reverse().join('')
  return { square: n * n, text: reversed, items: items.map((it, at) => ({ at, twice: it * 2 })) }
}
`,
  typescript: `
type Inputs = { n: number; text: string; items: number[] }
type Item = { at: number; twice: number }
export async function main({ n, text, items }: Inputs): Promise<{ square: number; text: string; items: Item[] }> {
  console.log('run', n)
  const twice: Item[] = items.map((it, at): Item => ({ at, twice: it * 2 }))
  return { square: n * n, text: Array.from(text).reverse().join(''), items: await Promise.resolve(twice) }
}
`,
} as const

/** An ordinary run whose inputs, outputs and log no other run has. */
export function buildHonestRun(index: number): SoakRun {
  const language = languages[index % languages.length] as (typeof languages)[number] // below the length
  const text = `run ${index} of «many»`
  const items = Array.from({ length: index % 20 }, (_, at) => index + at)
  const expected = {
    square: index * index,
    text: Array.from(text).reverse().join(''),
    items: items.map((it, at) => ({ at, twice: it * 2 })),
  }
  return {
    name: `honest ${language}`,
    kind: 'honest',
    node: {
      type: 'code',
      title: 'honest',
      code_language: language,
      code: code[language],
      variables: [{ variable: 'n' }, { variable: 'text' }, { variable: 'items' }],
      outputs: { square: { type: 'number' }, text: { type: 'string' }, items: { type: 'array[object]' } },
      // Far away: a machine that is busy with other things must not make an answer wrong.
      limits: { wallMs: 120_000, cpuMs: 120_000 },
    },
    inputs: { n: index, text, items },
    abandonAfterMs: null,
    findFault: ({ status, outputs, error, logs }) => {
      if (status !== 'succeeded') return `${status}, ${error?.code}: ${error?.message}`
      if (!isDeepStrictEqual(outputs, expected)) return `wrong outputs: ${JSON.stringify(outputs)?.slice(0, 300)}`
      const printed = logs.map((it) => it.text).join('')
      return printed === `run ${index}\n` ? null : `a log that is not its own: ${JSON.stringify(printed.slice(0, 300))}`
    },
  }
}
