import { type NodeType, toNodeType } from 'codenode/contract'
import type { FieldProblem } from '../graph/document.ts'

/** The text of every problem that belongs to one of these paths itself. */
export function problemsAt(problems: readonly FieldProblem[], ...paths: readonly string[]): string[] {
  return problems.filter(({ path }) => paths.includes(path)).map(({ message }) => message)
}

/** The text of every problem of a part, at its path or anywhere below. */
export function problemsUnder(problems: readonly FieldProblem[], path: string): string[] {
  return problems.filter((problem) => isUnder(problem.path, path)).map(({ message }) => message)
}

/** Those at one key of a part, where it has a field of its own, and at the part itself; and all others below the part. */
export function problemsOfRow(
  problems: readonly FieldProblem[],
  row: string,
  key: string,
): { own: string[]; others: string[] } {
  const isOwn = ({ path }: FieldProblem): boolean => path === row || isUnder(path, `${row}.${key}`)
  return {
    own: problems.filter(isOwn).map(({ message }) => message),
    others: problemsUnder(
      problems.filter((problem) => !isOwn(problem)),
      row,
    ),
  }
}

const ofFailure = ['retry_config', 'error_strategy', 'default_value'] as const

/** The parts of a node's settings whose problems stand beside their fields, by its type. */
const shown: Readonly<Record<NodeType, readonly string[]>> = {
  start: ['variables'],
  code: ['variables', 'code', 'code_language', 'outputs', 'limits', ...ofFailure],
  'template-transform': ['variables', 'template', ...ofFailure],
  'if-else': ['cases', 'conditions'],
  'variable-aggregator': ['variables', 'advanced_settings'],
  iteration: ['iterator_selector', 'output_selector', 'parallel_nums', 'error_handle_mode'],
  'iteration-start': [],
  end: ['outputs'],
  answer: ['answer'],
}

/** The problems that no field of a node's form shows. */
export function problemsElsewhere(problems: readonly FieldProblem[], type: string): FieldProblem[] {
  const known = toNodeType(type)
  const parts = known === null ? [] : shown[known]
  return problems.filter(({ path }) => !parts.some((part) => isUnder(path, part)))
}

function isUnder(path: string, part: string): boolean {
  return path === part || path.startsWith(`${part}.`) || path.startsWith(`${part}[`)
}
