import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

const variable = 'TEST_RUN_OF_CODENODE'

/** Gives all files of one test run a folder for what need be made only once, named by an environment variable. */
export function setup(): void {
  // What commands write is compared as text, also where this asks for colours of the tests' own report.
  delete process.env.FORCE_COLOR
  process.env[variable] = mkdtempSync(path.join(tmpdir(), 'codenode-tests-'))
}

export function teardown(): void {
  rmSync(process.env[variable] ?? '', { recursive: true, force: true })
}
