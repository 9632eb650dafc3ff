import type { ModuleMember } from 'codenode/client'
import type { CodeLanguage } from 'codenode/contract'
import type { ImportedName } from './imported-names.ts'

/** Members of a module, or of a member of it, that could go on what is being typed. */
export type MembersWanted = ImportedName & {
  readonly typed: string
  /** `modules`: those that are modules; `named`: those that an import can take by name. */
  readonly which: 'all' | 'named' | 'modules'
}

export type Typing = {
  /** The text up to the cursor, of more lines than one. */
  readonly before: string
  /** The rest of the line. */
  readonly after: string
  readonly language: CodeLanguage
  /** What the program imports; asked for only where it matters. */
  readonly imported: () => ReadonlyMap<string, ImportedName>
}

/** What the text around the cursor asks for; null: nothing that a module has. */
export function membersWanted(typing: Typing): MembersWanted | null {
  return (typing.language === 'python3' ? inPythonImport(typing) : inScriptImport(typing)) ?? afterName(typing)
}

/** Those of a module that fit. */
export function pickMembers(members: readonly ModuleMember[], which: MembersWanted['which']): readonly ModuleMember[] {
  if (which === 'named') return members.filter(({ named }) => named)
  if (which === 'modules') return members.filter(({ kind }) => kind === 'module' || kind === 'submodule')
  // Without an import of its own it is not there.
  return members.filter(({ kind }) => kind !== 'submodule')
}

const dotted = String.raw`[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*`
const fromImport = new RegExp(
  String.raw`(?:^|\n)[ \t]*from[ \t]+(${dotted})[ \t]+import[ \t]+(?:\((?:[^()]*[,\s])?|(?:[^\n()#;]*[,\s])?)(\w*)$`,
)
const moduleName = new RegExp(
  String.raw`(?:^|\n)[ \t]*(?:from|import(?:[ \t]+${dotted}(?:[ \t]+as[ \t]+\w+)?[ \t]*,)*)[ \t]+(${dotted})\.(\w*)$`,
)

function inPythonImport({ before }: Typing): MembersWanted | null {
  const [, parent, name = ''] = moduleName.exec(before) ?? []
  if (parent !== undefined) return { module: parent, path: '', typed: name, which: 'modules' }
  const [, module, typed = ''] = fromImport.exec(before) ?? []
  return module === undefined ? null : { module, path: '', typed, which: 'named' }
}

const inBraces = /\b(import|const|let|var)\s[^;=(]*\{(?:[^{}]*[,\s])?([\w$]*)$/
const fromModule = /^[^{}\n]*\}\s*from\s*(["'])([^"'\n]+)\1/
const ofModule = /^[^{}\n]*\}\s*=\s*(?:await\s+)?(?:require|import)\s*\(\s*(["'])([^"'\n]+)\1/

function inScriptImport({ before, after }: Typing): MembersWanted | null {
  const [, keyword, typed = ''] = inBraces.exec(before) ?? []
  if (keyword === undefined) return null
  const [, , module] = (keyword === 'import' ? fromModule : ofModule).exec(after) ?? []
  if (module === undefined) return null
  return { module, path: '', typed, which: keyword === 'import' ? 'named' : 'all' }
}

const member = /(?<![\w$.)\]])([A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)*)\??\.([\w$]*)$/

/** `np.linalg.` */
function afterName({ before, imported }: Typing): MembersWanted | null {
  const [, path, typed = ''] = member.exec(before) ?? []
  if (path === undefined) return null
  const [first = '', ...rest] = path.split('.')
  const known = imported().get(first)
  if (!known) return null
  return { module: known.module, path: [known.path, ...rest].filter(Boolean).join('.'), typed, which: 'all' }
}
