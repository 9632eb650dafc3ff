import type { CodeLanguage } from 'codenode/contract'
import type { Formatter } from './formatter.ts'

/** Fetches what formats a language, at the first use only: it is as large as the editor itself. */
export async function loadFormatter(language: CodeLanguage): Promise<Formatter> {
  if (language === 'python3') return await (await import('./format-python.ts')).loadPythonFormatter()
  const { formatScript } = await import('./format-script.ts')
  return (code) => formatScript(code, language)
}
