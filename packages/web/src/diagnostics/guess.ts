import type { OutputType } from 'codenode/contract'
import type { SyntaxNode } from './syntax.ts'

/** The members of a dictionary or object. `isDirect`: it stands where it is returned, and nobody changes it before. */
export type ShownObject = {
  readonly members: readonly ShownMember[]
  readonly isComplete: boolean
  readonly isDirect: boolean
}

export type ShownMember = { readonly key: SyntaxNode; readonly value: SyntaxNode }

/** What can be seen of values. Types that cannot be told are null. */
export type Guess = {
  readonly type: (value: SyntaxNode) => OutputType | null
  readonly object: (value: SyntaxNode) => ShownObject | null
}

/** What is assigned inside of a function. */
export type Assignments = {
  /** Of variables that are assigned once. */
  readonly values: Map<string, SyntaxNode>
  /** Of `variable["key"] = value` and `variable.key = value`. */
  readonly items: Map<string, ShownMember[]>
}

export function same(a: OutputType | null, b: OutputType | null): OutputType | null {
  return a === b ? a : null
}

export function arrayOf(types: readonly (OutputType | null)[]): OutputType | null {
  const [first, ...rest] = types
  if (!first || first.startsWith('array') || rest.some((type) => type !== first)) return null
  return `array[${first as 'string' | 'number' | 'boolean' | 'object'}]`
}

export function arrayOnly(type: OutputType | null): OutputType | null {
  return type?.startsWith('array') ? type : null
}

/** The types that functions give: names by type. Methods have a point in front. */
export function callTypes(names: Partial<Record<OutputType, string>>): ReadonlyMap<string, OutputType> {
  return new Map(
    (Object.entries(names) as [OutputType, string][]).flatMap(([type, list]) =>
      list.split(' ').map((name): [string, OutputType] => [name, type]),
    ),
  )
}
