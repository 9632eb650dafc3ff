import type { Completion, CompletionContext, CompletionResult } from '@codemirror/autocomplete'
import type { Text } from '@codemirror/state'
import type { ModuleMember } from 'codenode/client'
import type { CodeLanguage } from 'codenode/contract'
import { isImportable } from '../diagnostics/check-imports.ts'
import type { CompletionSources } from '../diagnostics/completions.ts'
import { type ImportedName, importedNames } from '../diagnostics/imported-names.ts'
import { membersWanted, pickMembers } from '../diagnostics/members-wanted.ts'
import type { MemberSource } from './member-source.ts'

/** An import can go over some lines. */
const farthest = 2000

/** What is known beside the code. */
export type KnownForCompletion = CompletionSources & { readonly members: MemberSource }

/** What a module has that is imported; null where no module is asked. */
export function completeMembers(
  context: CompletionContext,
  { language, packages, members }: KnownForCompletion,
): Promise<CompletionResult | null> | null {
  const { state, pos } = context
  if (!packages) return null
  const wanted = membersWanted({
    before: state.sliceDoc(Math.max(0, pos - farthest), pos),
    after: state.sliceDoc(pos, Math.min(state.doc.lineAt(pos).to, pos + farthest)),
    language,
    imported: () => importedIn(state.doc, language),
  })
  if (!wanted || !isImportable(wanted.module, language, packages)) return null
  const { module, path, typed, which } = wanted
  return members(language, module, path).then((found) => {
    const options = pickMembers(found, which).map(toOption)
    return context.aborted || options.length === 0 ? null : { from: pos - typed.length, options, validFor: /^[\w$]*$/ }
  })
}

let last: { doc: Text; language: CodeLanguage; names: ReadonlyMap<string, ImportedName> } | undefined

/** The code is read once for each of its states. */
function importedIn(doc: Text, language: CodeLanguage): ReadonlyMap<string, ImportedName> {
  if (last?.doc !== doc || last.language !== language) {
    last = { doc, language, names: importedNames(doc.toString(), language) }
  }
  return last.names
}

const types = {
  function: 'function',
  class: 'class',
  module: 'namespace',
  submodule: 'namespace',
  constant: 'constant',
} as const

/** So much of the parameters fits beside a name. */
const shownDetail = 40

function toOption({ name, kind, detail, doc }: ModuleMember): Completion {
  const shown = detail !== null && detail.length > shownDetail ? `${detail.slice(0, shownDetail)}…` : detail
  const info = [shown === detail ? null : name + detail, doc].filter((line) => line !== null).join('\n\n')
  return {
    label: name,
    type: types[kind],
    ...(shown === null ? {} : { detail: shown }),
    ...(info === '' ? {} : { info }),
  }
}
