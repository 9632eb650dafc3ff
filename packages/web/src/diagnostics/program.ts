import type { OutputType } from 'codenode/contract'

export type Span = { readonly from: number; readonly to: number }

export type NamedSpan = Span & { readonly name: string }

/** What can be read from a program without running it; the same for all languages. */
export type Program = {
  readonly syntaxErrors: readonly Span[]
  /** Whether the parser understood the whole text: otherwise nobody can tell what belongs to what. */
  readonly isUnderstood: boolean
  /** Null: there is none, or there are several. */
  readonly main: Main | null
  /** Whether `main` may also come from where it cannot be seen: an import of everything, an export, a second definition. */
  readonly mayDefineMain: boolean
  readonly imports: readonly Import[]
  /** Names that `main` reads although nothing gives them a value. */
  readonly unknownNames: readonly NamedSpan[]
}

export type Main = {
  readonly name: Span
  /** Between the parentheses; null where they are not both there. `x => …` has none, and the name is the list. */
  readonly list: Span | null
  readonly hasParentheses: boolean
  readonly parameters: readonly Parameter[]
  /** False where something around the function, such as a decorator, may change them. */
  readonly isAsWritten: boolean
  readonly returns: readonly Returned[]
  /** Whether it ends only by its returns: no generator, and not just an exception. */
  readonly canEndWithoutReturn: boolean
  /** Whether a sole parameter is used as one object with all inputs. */
  readonly takesObject: boolean
}

export type Parameter = Span & {
  readonly kind: 'plain' | 'destructured' | 'rest' | 'keywords'
  /** Empty where it is destructured. */
  readonly name: string
  readonly hasDefault: boolean
  /** A type or hint, with what introduces it. */
  readonly annotation: Span | null
  /** The braces of a destructured one. */
  readonly pattern: Span | null
  readonly properties: readonly Property[]
}

/** One name of `{ a, b: c = 1, ...rest }`. */
export type Property = Span & { readonly name: string; readonly isRest: boolean; readonly hasDefault: boolean }

/** Where `main` returns, at the word `return`, or at the beginning of the value where there is no such word. */
export type Returned = Span & {
  readonly kind: 'object' | 'nothing' | 'no-object' | 'unknown'
  readonly members: readonly Member[]
  /** Whether there are no other members than those. */
  readonly isComplete: boolean
}

export type Member = Span & { readonly name: string; readonly type: OutputType | null }

export type Import = Span & {
  readonly module: string
  /** Whether the program goes on without it: inside of `try`. */
  readonly isGuarded: boolean
}
