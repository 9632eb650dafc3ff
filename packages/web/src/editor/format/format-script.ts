import * as babel from 'prettier/plugins/babel'
import * as estree from 'prettier/plugins/estree'
import { format } from 'prettier/standalone'
import { FormatError, lineWidth } from './formatter.ts'

/** Babel reads TypeScript too, so the compiler's own parser, which is larger than all of this, is not needed. */
const parsers = { javascript: 'babel', typescript: 'babel-ts' } as const

/** JavaScript and TypeScript as Prettier writes them. */
export async function formatScript(code: string, language: keyof typeof parsers): Promise<string> {
  try {
    return await format(code, {
      parser: parsers[language],
      // Prettier's plugins are not typed as plugins where they are modules.
      plugins: [babel, estree as never],
      printWidth: lineWidth,
    })
  } catch (error) {
    throw toFormatError(error)
  }
}

function toFormatError(error: unknown): unknown {
  const { message, loc } = error as { message?: string; loc?: { start?: { line?: number } } }
  const line = loc?.start?.line
  if (line === undefined || message === undefined) return error
  // The place and an excerpt follow the reason.
  return new FormatError(line, message.replace(/\s*\(\d+:\d+\)[\s\S]*$/, ''))
}
