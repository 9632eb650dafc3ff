import { readFileSync } from 'node:fs'

/** A page from its template, with the generated parts in the places that name them. */
export function fillTemplate(name: string, parts: Readonly<Record<string, string>>): string {
  const template = readFileSync(new URL(`pages/${name}`, import.meta.url), 'utf8')
  const text = template.replaceAll(/\{\{(\w+)\}\}/g, (_, part: string) => {
    const found = parts[part]
    if (found === undefined) throw new Error(`${name} names the part ${part}, which is not made`)
    return found.trimEnd()
  })
  return `<!-- Written by \`npm run docs\` from packages/codenode/scripts/pages/${name} and the code. -->\n\n${text}`
}

export function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |\n`
  return line(headings) + line(headings.map(() => '---')) + rows.map(line).join('')
}

export const code = (text: string | number | bigint): string => `\`${text}\``
