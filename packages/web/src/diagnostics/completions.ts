import type { Packages } from 'codenode/client'
import { type CodeLanguage, isObject, nodeLibrary, type OutputSpecs, pythonLibrary } from 'codenode/contract'
import { writeParameters } from '../graph/stubs.ts'
import { typeOfValue } from '../graph/variables.ts'
import { importNames } from './check-imports.ts'

/** Something to complete with. `path`: what it is a member of, such as `user.address` and `rows[]`; empty where it stands alone. */
export type CompletionEntry = {
  readonly label: string
  readonly path: string
  readonly kind: 'input' | 'member' | 'package' | 'function'
  /** A type, or the version of a package. */
  readonly detail: string
  /** What is written instead of the label. */
  readonly insert?: string
}

export type CompletionInput = {
  readonly name: string
  readonly type?: string | undefined
  /** Its declared members. */
  readonly children?: OutputSpecs | null | undefined
  /** A value that it had, whose members are offered. */
  readonly sample?: unknown
}

export type CompletionSources = {
  readonly language: CodeLanguage
  readonly inputs: readonly CompletionInput[]
  readonly packages: Packages | null
}

/** What the editor can offer: `main` with its parameters, inputs, their members as far as they are known, and packages. */
export function completionsFor({ language, inputs, packages }: CompletionSources): CompletionEntry[] {
  return [
    mainEntry(language, inputs),
    ...inputs.map(
      ({ name, type }): CompletionEntry => ({ label: name, path: '', kind: 'input', detail: type ?? 'any' }),
    ),
    ...inputs.flatMap(({ name, type, children, sample }) =>
      unique([
        ...membersOfSpecs(children, type === 'array[object]' ? `${name}[]` : name),
        ...membersOfSample(sample, name),
      ]),
    ),
    ...packageEntries(language, packages),
  ]
}

function mainEntry(language: CodeLanguage, inputs: readonly CompletionInput[]): CompletionEntry {
  const parameters = writeParameters(language, inputs)
  const insert =
    language === 'python3' ? `def main(${parameters}) -> dict:\n    ` : `function main(${parameters}) {\n  \n}`
  return { label: 'main', path: '', kind: 'function', detail: `main(${parameters})`, insert }
}

function packageEntries(language: CodeLanguage, packages: Packages | null): CompletionEntry[] {
  const toEntry = (label: string, detail: string): CompletionEntry => ({ label, path: '', kind: 'package', detail })
  const isPython = language === 'python3'
  const installed = (isPython ? packages?.python : packages?.javascript) ?? []
  return [
    ...installed.flatMap((it) => {
      const names = isPython && packages ? importNames({ python: [it], javascript: [] }) : [it.name]
      return names.filter((name) => !name.startsWith('_')).map((name) => toEntry(name, it.version))
    }),
    ...[...(isPython ? pythonLibrary : nodeLibrary)].map((name) => toEntry(name, isPython ? 'Python' : 'Node.js')),
  ]
}

const maxLevels = 4
const maxMembers = 100

function membersOfSpecs(specs: OutputSpecs | null | undefined, path: string, level = 1): CompletionEntry[] {
  if (!specs || level > maxLevels) return []
  return Object.entries(specs).flatMap(([label, { type, children }]) => {
    const below = `${path}.${label}${type === 'array[object]' ? '[]' : ''}`
    return [{ label, path, kind: 'member' as const, detail: type }, ...membersOfSpecs(children, below, level + 1)]
  })
}

function membersOfSample(value: unknown, path: string, level = 1): CompletionEntry[] {
  if (level > maxLevels) return []
  if (Array.isArray(value)) return membersOfSample(value.find(isObject), `${path}[]`, level)
  if (!isObject(value)) return []
  return Object.entries(value)
    .slice(0, maxMembers)
    .flatMap(([label, member]) => [
      { label, path, kind: 'member' as const, detail: typeOfValue(member) },
      ...membersOfSample(member, `${path}.${label}`, level + 1),
    ])
}

/** What is declared comes first and counts. */
function unique(entries: readonly CompletionEntry[]): CompletionEntry[] {
  const seen = new Set<string>()
  return entries.filter(({ path, label }) => {
    const key = `${path}\n${label}`
    return !seen.has(key) && seen.add(key)
  })
}
