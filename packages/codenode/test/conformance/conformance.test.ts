import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Execution, ExecutionFailure, LogEntry, Program } from '../../src/contract/program.ts'
import { parseLossless } from '../../src/json/json.ts'
import type { RunningSandbox } from '../../src/pool/create-sandbox.ts'
import { buildProgram, describeOutcome, openSandbox } from '../support/sandbox.ts'

type ExpectedFailure = {
  code?: string
  messageIncludes?: string[]
  messageExcludes?: string[]
  hintExcludes?: string[]
  traceback?: string
  tracebackIncludes?: string[]
  tracebackExcludes?: string[]
  line?: number | null
  details?: Record<string, unknown>
  hintIncludes?: string[]
}
/** A text is the message. */
type ExpectedWarning = string | { code: string; message?: string; details?: Record<string, unknown> }
type Source = { code: string; minVersion?: [number, number]; language?: Program['language'] }
type Log = Pick<LogEntry, 'stream' | 'text'>
/** As cases/README.md describes it. */
type Case = {
  name: string
  python?: Source
  javascript?: Source
  mode?: Program['mode']
  inputs?: Record<string, unknown>
  inputsText?: string
  packages?: string[]
  bigIntegers?: Program['bigIntegers']
  expect: {
    result?: unknown
    resultText?: string
    exitCode?: number
    warnings?: ExpectedWarning[]
    failure?: ExpectedFailure
    logs?: Log[]
    logsInclude?: Log[]
  }
}

const folder = path.join(import.meta.dirname, 'cases')
const files = readdirSync(folder).filter((it) => it.endsWith('.json'))
const readCases = (file: string) => JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as Case[]

let sandbox: RunningSandbox
beforeAll(async () => {
  sandbox = await openSandbox({ packages: 'installed', maxRunning: 3, spares: 2 })
})
afterAll(async () => await sandbox.close())

describe.each(files)('%s', { concurrent: true }, (file) => {
  for (const language of ['python', 'javascript'] as const) {
    const cases = readCases(file).flatMap((it) => (it[language] ? [{ ...it, source: it[language] }] : []))
    test.for(cases)(`${language}: $name`, async (given, { skip }) => {
      const { source, expect: expected } = given
      const lacking = findLacking(language, given)
      if (lacking) skip(lacking)
      const program = buildProgram(source.language ?? language, source.code, { mode: given.mode ?? 'main' })
      const inputsJson = given.inputsText ?? JSON.stringify(given.inputs ?? {})
      // A case's own text: an object.
      const inputNames = Object.keys(JSON.parse(inputsJson) as object)
      const { bigIntegers } = given
      check(await sandbox.run({ ...program, inputsJson, inputNames, ...(bigIntegers && { bigIntegers }) }), expected)
    })
  }
})

test('every case has a name of its own in its file, and says why a language is absent', () => {
  for (const file of files) {
    const cases = readCases(file)
    expect(new Set(cases.map(({ name }) => name)).size, file).toBe(cases.length)
    for (const it of cases) {
      const reasons = it as Case & { pythonOnly?: string; javascriptOnly?: string }
      if (!it.javascript) expect(reasons.pythonOnly, `${file}: ${it.name}`).toBeTruthy()
      if (!it.python) expect(reasons.javascriptOnly, `${file}: ${it.name}`).toBeTruthy()
    }
  }
})

/** Why a case cannot be run here, if it cannot. */
function findLacking(language: 'python' | 'javascript', given: Case & { source: Source }): string | null {
  if (!given.source.code.isWellFormed()) return 'the host sends UTF-8, which has no lone surrogates'
  const installed = new Set(sandbox.packages()[language].flatMap((it) => [it.name, ...it.importNames]))
  const missing = (given.packages ?? []).filter((it) => !installed.has(it))
  if (missing.length > 0) return `not installed: ${missing.join(', ')}`
  const version = sandbox.stats().runtimes[language]?.version?.split('.').map(Number) ?? []
  const { minVersion } = given.source
  const isOld = minVersion && (version[0] ?? 0) * 1000 + (version[1] ?? 0) < minVersion[0] * 1000 + minVersion[1]
  return isOld ? `needs ${minVersion.join('.')}` : null
}

function check(execution: Execution, expected: Case['expect']): void {
  const { outcome } = execution
  const seen = describeOutcome(execution)
  if (expected.failure) {
    if (outcome.status !== 'failed') throw new Error(`expected ${expected.failure.code}, but it ${seen}`)
    checkFailure(outcome.failure, expected.failure)
  } else if (expected.exitCode !== undefined) {
    expect(outcome, seen).toMatchObject({ status: 'exited', exitCode: expected.exitCode })
  } else if (outcome.status !== 'returned') throw new Error(seen)
  else if (expected.resultText !== undefined) expect(outcome.resultJson).toBe(expected.resultText)
  // A number that no double can hold is in `resultText`.
  else if (expected.result !== undefined) expect(parseLossless(outcome.resultJson)).toEqual(expected.result)
  if (expected.warnings) checkWarnings(execution.warnings ?? [], expected.warnings)
  if (expected.logs) expect(joinNeighbours(execution.logs)).toEqual(expected.logs)
  for (const { stream, text } of expected.logsInclude ?? []) {
    const printed = execution.logs.flatMap((it) => (it.stream === stream ? [it.text] : []))
    expect(printed.join('')).toContain(text)
  }
}

function checkWarnings(found: NonNullable<Execution['warnings']>, expected: readonly ExpectedWarning[]): void {
  const wanted = expected.map((it) => (typeof it === 'string' ? { message: it } : it))
  expect(found).toMatchObject(wanted)
}

function checkFailure(failure: ExecutionFailure, expected: ExpectedFailure): void {
  const shown = `${failure.code}: ${failure.message}\n${failure.traceback}`
  if (expected.code !== undefined) expect(failure.code, shown).toBe(expected.code)
  // Of a limit the host tells itself, with its figure.
  const isLimit = ['memory_exceeded', 'threads_exceeded', 'open_files_exceeded'].includes(failure.code)
  if (!isLimit) for (const part of expected.messageIncludes ?? []) expect(failure.message).toContain(part)
  for (const part of expected.messageExcludes ?? []) expect(failure.message).not.toContain(part)
  if (expected.traceback !== undefined) expect(failure.traceback).toBe(expected.traceback)
  for (const part of expected.tracebackIncludes ?? []) expect(failure.traceback).toContain(part)
  for (const part of expected.tracebackExcludes ?? []) expect(failure.traceback ?? '').not.toContain(part)
  for (const part of expected.hintExcludes ?? []) expect(failure.hint ?? '', shown).not.toContain(part)
  for (const part of expected.hintIncludes ?? []) expect(failure.hint, shown).toContain(part)
  if (expected.line !== undefined) expect(failure.details.line ?? null, shown).toBe(expected.line)
  for (const [key, value] of Object.entries(expected.details ?? {})) expect(failure.details[key], key).toEqual(value)
}

/** Pieces of one stream that follow each other become one; when they came does not matter. */
function joinNeighbours(logs: readonly LogEntry[]): Log[] {
  const joined: Log[] = []
  for (const { stream, text } of logs) {
    const last = joined.at(-1)
    if (last?.stream === stream) last.text += text
    else joined.push({ stream, text })
  }
  return joined
}
