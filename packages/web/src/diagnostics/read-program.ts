import type { CodeLanguage } from 'codenode/contract'
import { parseSource } from './parse-source.ts'
import type { Program } from './program.ts'
import { readPython } from './python-program.ts'
import { readScript } from './script-program.ts'
import type { Tree } from './syntax.ts'

export function readProgram(code: string, language: CodeLanguage, tree?: Tree): Program {
  const source = parseSource(code, language, tree)
  return language === 'python3' ? readPython(source) : readScript(source)
}
