import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import type { RunLimits } from '../../src/contract/limits.ts'
import type { IsolationLevel } from '../../src/contract/program.ts'

export type FixtureLanguage = 'python' | 'javascript'

/** A small user program in a file of its own. What it is expected to do stands in the comment at its top. */
export type Fixture = {
  /** `files/read-host-files`. */
  name: string
  language: FixtureLanguage
  code: string
  /** `ends: returned, memory_exceeded`: how it may end; `returned` if nothing is said. */
  ends: string[]
  /** `limits: {"wallMs": 500}` */
  limits: Partial<RunLimits>
  /** `level: landlock+seccomp`: the one level it is for; both if nothing is said. */
  level: IsolationLevel | undefined
  /** `arch: x64` */
  arch: string | undefined
  /** `repeat: 50`: how many runs of it. */
  repeat: number
}

const extensions = { python: '.py', javascript: '.js' } as const

/** The fixtures in `folder`/`language`, without `prelude`; by name. */
export function readFixtures(folder: string, language: FixtureLanguage): Fixture[] {
  const root = path.join(folder, language)
  const extension = extensions[language]
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith(extension) && !path.basename(file).startsWith('prelude'))
    .toSorted()
    .map((file) => readFixture(path.join(root, file), file.slice(0, -extension.length), language))
}

/** What the fixtures of a folder have in common; it is put in front of each. */
export function readPrelude(folder: string, language: FixtureLanguage): string {
  return readFileSync(path.join(folder, language, `prelude${extensions[language]}`), 'utf8')
}

function readFixture(file: string, name: string, language: FixtureLanguage): Fixture {
  const code = readFileSync(file, 'utf8')
  const facts = readHeader(code, language === 'python' ? '#' : '//')
  const known = ['ends', 'limits', 'level', 'arch', 'repeat']
  const unknown = Object.keys(facts).filter((key) => !known.includes(key))
  if (unknown.length > 0) throw new Error(`${file}: unknown header ${unknown.join(', ')}`)
  return {
    name,
    language,
    code,
    ends: facts.ends?.split(',').map((it) => it.trim()) ?? ['returned'],
    limits: facts.limits ? (JSON.parse(facts.limits) as Partial<RunLimits>) : {},
    level: facts.level as IsolationLevel | undefined,
    arch: facts.arch,
    repeat: Number(facts.repeat ?? 1),
  }
}

/** `# key: value` lines of the comment at the top. */
function readHeader(code: string, mark: string): Partial<Record<string, string>> {
  const lines = code.split('\n')
  const end = lines.findIndex((line) => !line.startsWith(mark))
  const pairs = lines.slice(0, end).flatMap((line) => {
    const [, key, value] = /^\S+ ([a-z]+): (.*)$/.exec(line) ?? []
    return key && value ? [[key, value] as const] : []
  })
  return Object.fromEntries(pairs)
}
