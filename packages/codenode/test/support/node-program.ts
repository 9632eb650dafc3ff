import { expect } from 'vitest'
import type { CodeNodeInput } from '../../src/contract/node.ts'
import type { RunRecord } from '../../src/contract/record.ts'
import type { OutputType } from '../../src/contract/values.ts'
import { runNode } from '../../src/index.ts'
import type { RunningSandbox } from '../../src/pool/create-sandbox.ts'

/** A program as a Code node, and what becomes of it. */
export type Program = {
  language: 'python3' | 'javascript' | 'typescript'
  code: string
  inputs?: Record<string, unknown>
  /** `r`, an object, if nothing is said. */
  outputs?: Record<string, OutputType>
  settings?: Partial<CodeNodeInput>
  returns?: Record<string, unknown>
  fails?: { code: string; tells?: string[] }
  /** The codes of all warnings. */
  warns?: string[]
  logs?: string
}

export type Rest = Omit<Program, 'language' | 'code'>

export const python = (code: string, rest: Rest): Program => ({ language: 'python3', code, ...rest })
export const javascript = (code: string, rest: Rest): Program => ({ language: 'javascript', code, ...rest })
export const typescript = (code: string, rest: Rest): Program => ({ language: 'typescript', code, ...rest })
/** The same of a program in Python and one in JavaScript. */
export const both = (inPython: string, inJavaScript: string, rest: Rest): Program[] => [
  python(inPython, rest),
  javascript(inJavaScript, rest),
]

/** Runs it as a node of its own. */
export async function runProgram(
  sandbox: RunningSandbox,
  { language, code, inputs = {}, outputs = { r: 'object' }, settings }: Program,
): Promise<RunRecord> {
  const node = {
    type: 'code',
    title: 'Program',
    code_language: language,
    code,
    variables: Object.keys(inputs).map((variable) => ({ variable, value_selector: ['start', variable] })),
    outputs: Object.fromEntries(Object.entries(outputs).map(([name, type]) => [name, { type }])),
    ...settings,
  } as CodeNodeInput
  return await runNode(node, inputs, { sandbox })
}

/** What is said of a program: its outputs, or its failure with parts of what it tells. */
export function checkProgram({ code, returns, fails, warns, logs }: Program, record: RunRecord): void {
  const seen = `${code}\n${JSON.stringify(record.error)}`
  if (fails) {
    expect(record.error?.code, seen).toBe(fails.code)
    const told = `${record.error?.message}\n${record.error?.hint}`
    for (const part of fails.tells ?? []) expect(told, seen).toContain(part)
  } else {
    expect(record.status, seen).toBe('succeeded')
    // As the caller gets it: with all digits.
    if (returns !== undefined) expect(record.outputs, seen).toEqual(returns)
  }
  if (warns)
    expect(
      record.warnings.map((it) => it.code),
      seen,
    ).toEqual(warns)
  if (logs !== undefined) expect(record.logs.map((it) => it.text).join(''), seen).toBe(logs)
}
