import { labels } from '../labels/code-node.ts'
import { checkImports } from './check-imports.ts'
import { checkMain } from './check-main.ts'
import { checkReturns } from './check-returns.ts'
import type { CodeToCheck, Diagnostic } from './diagnostic.ts'
import type { Program } from './program.ts'
import { readProgram } from './read-program.ts'

/** Everything that can be said about a node's code without running it, in the order of the code. */
export function diagnose(toCheck: CodeToCheck): Diagnostic[] {
  const { code, language, outputs, packages, tree } = toCheck
  const program = readProgram(code, language, tree)
  const found = [...checkSyntax(program, code), ...checkImports(program, language, packages)]
  if (program.isUnderstood) {
    found.push(...checkMain(program, toCheck), ...checkReturns(program, outputs), ...checkNames(program))
  }
  return found.sort((a, b) => a.from - b.from || a.to - b.to)
}

function checkSyntax({ syntaxErrors }: Program, code: string): Diagnostic[] {
  return syntaxErrors.map(({ from, to }) => {
    const text = code.slice(from, to).trim()
    const message = text === '' ? labels.checks.missing : labels.checks.unexpected(shorten(text))
    return { ...visible(from, to, code), severity: 'error', message }
  })
}

function checkNames({ unknownNames }: Program): Diagnostic[] {
  return unknownNames.map(({ from, to, name }) => ({
    from,
    to,
    severity: 'warning',
    message: labels.checks.notDefined(name),
  }))
}

/** At least one character, the one before at the end of a line. */
function visible(from: number, to: number, code: string): { from: number; to: number } {
  if (to > from || code === '') return { from, to }
  const isAtEnd = from >= code.length || code[from] === '\n'
  return isAtEnd && from > 0 ? { from: from - 1, to: from } : { from, to: from + 1 }
}

function shorten(text: string): string {
  return text.length <= 30 ? text : `${text.slice(0, 30)}…`
}
