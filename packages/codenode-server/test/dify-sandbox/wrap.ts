import { readFileSync } from 'node:fs'

/** Programs in the shape in which Dify sends them: the code of a node, then the call with inputs as base64. */
const wrappers = {
  python3: { file: 'wrapper.py', language: 'python3', encode: (code: string) => code },
  nodejs: { file: 'wrapper.js', language: 'nodejs', encode: (code: string) => code },
  jinja2: { file: 'template.py', language: 'python3', encode: toBase64 },
} as const

export type Wrapper = keyof typeof wrappers

/** The body that Dify sends for a node's code or a template. It always asks for the network. */
export function wrap(wrapper: Wrapper, code: string, inputs: Record<string, unknown> = {}) {
  const { file, language, encode } = wrappers[wrapper]
  const text = readFileSync(new URL(`fixtures/${file}`, import.meta.url), 'utf8')
  const program = text
    .replace('{{code}}', () => encode(code))
    .replace('{{inputs}}', () => toBase64(JSON.stringify(inputs)))
  return { language, code: program, preload: '', enable_network: true }
}

/** What stands between the markers, as Dify reads it: from the first to the last. */
export function unwrap(stdout: string): string {
  const [, text] = /<<RESULT>>(.*)<<RESULT>>/s.exec(stdout) ?? []
  if (text === undefined) throw new Error(`no result in ${stdout.slice(0, 500)}`)
  return text
}

function toBase64(text: string): string {
  return Buffer.from(text).toString('base64')
}
