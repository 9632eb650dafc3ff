import type { Language } from 'codenode/contract'
import type { Program } from './program.ts'
import { readPython } from './python-program.ts'
import { readScript } from './script-program.ts'
import { parseSource } from './syntax.ts'

export function readProgram(code: string, language: Language): Program {
  const source = parseSource(code, language)
  return language === 'python3' ? readPython(source) : readScript(source)
}
