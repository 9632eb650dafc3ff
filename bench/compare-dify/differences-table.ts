import { differences } from './differences.ts'

const opening = '<!-- The table is written by `npm run docs` from bench/compare-dify/. -->'
const closing = '<!-- The end of the table. -->'

/** docs/dify.md with the table as the list of differences has it. */
export function withDifferences(page: string): string {
  const [before, rest] = splitAt(page, opening)
  const [, after] = splitAt(rest, closing)
  return `${before}${opening}\n\n${table()}\n${closing}${after}`
}

function table(): string {
  const rows = differences.map(({ what, dify, codenode, why }) => `| ${what} | ${dify} | ${codenode} | ${why} |\n`)
  return `| what | Dify | Codenode | why |\n| --- | --- | --- | --- |\n${rows.join('')}`
}

function splitAt(text: string, mark: string): [string, string] {
  const at = text.indexOf(mark)
  if (at < 0) throw new Error(`docs/dify.md has no line "${mark}".`)
  return [text.slice(0, at), text.slice(at + mark.length)]
}
