import type { FieldProblem } from '../graph/document.ts'

/** The text of every problem that belongs to one of these paths itself. */
export function problemsAt(problems: readonly FieldProblem[], ...paths: readonly string[]): string[] {
  return problems.filter(({ path }) => paths.includes(path)).map(({ message }) => message)
}

/** The text of every problem of a part, at its path or anywhere below. */
export function problemsUnder(problems: readonly FieldProblem[], path: string): string[] {
  return problems.filter((problem) => isUnder(problem.path, path)).map(({ message }) => message)
}

const shown = [
  'variables',
  'code',
  'code_language',
  'outputs',
  'retry_config',
  'error_strategy',
  'default_value',
  'limits',
]

/** The problems that no field of the panel shows. */
export function problemsElsewhere(problems: readonly FieldProblem[]): FieldProblem[] {
  return problems.filter(({ path }) => !shown.some((part) => isUnder(path, part)))
}

function isUnder(path: string, part: string): boolean {
  return path === part || path.startsWith(`${part}.`) || path.startsWith(`${part}[`)
}
