import type { Packages } from 'codenode/client'
import type { CodeLanguage, OutputSpec, OutputSpecs } from 'codenode/contract'
import type { Tree } from './syntax.ts'

/** Something about the code, at characters `from` to `to`. */
export type Diagnostic = {
  readonly from: number
  readonly to: number
  readonly severity: 'error' | 'warning'
  readonly message: string
  readonly fix?: CodeFix
  readonly quickFix?: QuickFix
}

/** A change of the node's settings that puts it right. */
export type QuickFix =
  | { readonly kind: 'add-input'; readonly name: string }
  | { readonly kind: 'add-output'; readonly name: string; readonly spec: OutputSpec }

/** A change of the code that puts it right; `label` names it on a button. */
export type CodeFix = { readonly label: string; readonly changes: readonly TextChange[] }

export type TextChange = { readonly from: number; readonly to: number; readonly insert: string }

export type CodeToCheck = {
  readonly code: string
  readonly language: CodeLanguage
  /** The names of the node's inputs. */
  readonly inputs: readonly string[]
  readonly outputs: OutputSpecs
  /** Null: not known yet, so that imports are not looked at. */
  readonly packages: Packages | null
  /** The whole syntax tree of the code, of the language's own parser, if an editor has it already. */
  readonly tree?: Tree | undefined
}
