import type { Language } from 'codenode/contract'

/** The code, formatted; throws `FormatError` where it is no program. */
export type Formatter = (code: string) => Promise<string>

/** The code cannot be formatted because of this line, from 1. */
export class FormatError extends Error {
  readonly line: number

  constructor(line: number, reason: string) {
    super(reason)
    this.name = 'FormatError'
    this.line = line
  }
}

/** The widest line that a formatter leaves whole. */
export const lineWidth = 100

/** Fetches what formats a language, at the first use only: it is as large as the editor itself. */
export async function loadFormatter(language: Language): Promise<Formatter> {
  if (language === 'python3') return await (await import('./format-python.ts')).loadPythonFormatter()
  const { formatScript } = await import('./format-script.ts')
  return (code) => formatScript(code, language)
}
