/** `submodule`: it is there once it is imported itself. `constant`: any other value. */
export const memberKinds = ['function', 'class', 'module', 'submodule', 'constant'] as const
export type MemberKind = (typeof memberKinds)[number]

/** Something that code finds in a module, or in a member of it. */
export type ModuleMember = {
  name: string
  kind: MemberKind
  /** The parameters of a function or class, such as `(a, axis=None)`; the type of a constant; null where it is not known. */
  detail: string | null
  /** The first line of its documentation. */
  doc: string | null
  /** Whether an import can take it by its name. */
  named: boolean
}

/** What a module has. `path`: the member of it that was asked for; empty: the module itself. */
export type ModuleMembers = {
  module: string
  path: string
  members: ModuleMember[]
  /** Whether these are all of them; false also where the module could not be looked at. */
  complete: boolean
}
