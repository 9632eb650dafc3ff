import type { CodeNodeInput } from './node.ts'
import type { JsonValue, OutputSpec, OutputSpecs, OutputType } from './values.ts'

/** What an output or an input of each type is in TypeScript. `null` passes for every type. */
type ValueOfType = {
  string: string
  number: number | bigint
  boolean: boolean
  object: { [key: string]: JsonValue }
  'array[string]': (string | null)[]
  'array[number]': (number | bigint | null)[]
  'array[boolean]': (boolean | null)[]
  'array[object]': ({ [key: string]: JsonValue } | null)[]
}

type ValueOf<Spec extends OutputSpec> = Spec extends { children: infer Children extends OutputSpecs }
  ? Spec['type'] extends 'array[object]'
    ? (ValuesOf<Children> | null)[]
    : ValuesOf<Children>
  : ValueOfType[Spec['type']]

type ValuesOf<Specs extends OutputSpecs> = { -readonly [Name in keyof Specs]: ValueOf<Specs[Name]> | null }

/** True for a type that names its members, false for one such as `Record<string, …>`. */
type HasNames<T> = string extends keyof T ? false : true

type AnyValues = Record<string, unknown>

/**
 * What `main` of a node gives, as its `outputs` declare it: `{ average: { type: 'number' } }` is
 * `{ average: number | bigint | null }`. A node that was not written out in the program has `Record<string, unknown>`.
 */
export type OutputsOf<Node extends Pick<CodeNodeInput, 'outputs'>> =
  HasNames<Node['outputs']> extends true
    ? // Always so; a compiler with other settings than ours cannot tell.
      Node['outputs'] extends OutputSpecs
      ? ValuesOf<Node['outputs']>
      : AnyValues
    : AnyValues

type NameOf<Variable> = Variable extends { variable: infer Name extends string } ? Name : never
type InputOf<Variable> = Variable extends { value_type: infer Type extends OutputType }
  ? ValueOfType[Type] | null | undefined
  : unknown
type InputsFrom<Variables extends readonly { variable: string }[]> = {
  [Each in Variables[number] as NameOf<Each>]?: InputOf<Each>
}

/**
 * The values that a node takes, by the names in its `variables`. All are optional: one that is missing is `null` in the
 * code. A node without `variables` takes none, and one that was not written out in the program `Record<string, unknown>`.
 */
export type InputsOf<Node extends object> = Node extends {
  variables: infer Variables extends readonly { variable: string }[]
}
  ? string extends NameOf<Variables[number]>
    ? AnyValues
    : InputsFrom<Variables>
  : 'variables' extends keyof Node
    ? AnyValues
    : Record<string, never>

/**
 * A node as it is, with a type that knows its inputs and outputs: `runNode` then asks for the one and gives the other. What
 * is wrong with a node beyond its type is told when it is run, or by `validate`.
 *
 * @example
 * const average = defineNode({
 *   type: 'code',
 *   code_language: 'python3',
 *   code: 'def main(numbers): return {"average": sum(numbers) / len(numbers)}',
 *   variables: [{ variable: 'numbers', value_type: 'array[number]' }],
 *   outputs: { average: { type: 'number' } },
 * })
 * const record = await codenode.runNode(average, { numbers: [1, 2, 6] })
 * if (record.status === 'succeeded') console.log(record.outputs.average)
 */
export function defineNode<const Node extends CodeNodeTemplate>(node: Node): Node {
  return node
}

/** As a `CodeNodeInput`, with lists that may be read-only, as they are in a node that `defineNode` has given a type. */
export type CodeNodeTemplate = DeepReadonly<CodeNodeInput>

type DeepReadonly<T> = T extends readonly (infer Item)[]
  ? readonly DeepReadonly<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: DeepReadonly<T[Key]> }
    : T
