import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createSandbox, type RunningSandbox } from '../src/index.ts'
import { resultOf, runCode } from './support/sandbox.ts'

let sandbox: RunningSandbox
beforeAll(async () => {
  sandbox = await createSandbox()
})
afterAll(async () => {
  await sandbox.close()
})

describe('packages', () => {
  test('every Python package that is listed can be imported, at the version that is listed', async () => {
    const names = sandbox
      .packages()
      .python.flatMap(({ importNames }) => importNames.filter((it) => !it.startsWith('_')))
    expect(names).toEqual(
      expect.arrayContaining(['numpy', 'pandas', 'requests', 'scipy', 'sympy', 'lxml', 'dateutil', 'yaml', 'bs4']),
    )
    const code = `import importlib
def main(names):
    failed = {}
    for name in names:
        try: importlib.import_module(name)
        except BaseException as error: failed[name] = repr(error)
    return failed`
    expect(resultOf(await runCode(sandbox, 'python', code, { inputs: { names } }))).toEqual({})
  })

  test('every JavaScript package that is listed can be required', async () => {
    const names = sandbox.packages().javascript.map(({ name }) => name)
    expect(names).toEqual(
      expect.arrayContaining(['lodash', 'moment', 'dayjs', 'zod', 'ajv', 'cheerio', 'mathjs', 'axios', 'uuid']),
    )
    const code = `function main({ names }) {
  const failed = {}
  for (const name of names) {
    try { require(name) } catch (error) { failed[name] = String(error) }
  }
  return failed
}`
    expect(resultOf(await runCode(sandbox, 'javascript', code, { inputs: { names } }))).toEqual({})
  })

  test('every name that require gives of a JavaScript package can be imported, by itself and in a namespace', async () => {
    const names = sandbox.packages().javascript.map(({ name }) => name)
    const found = resultOf(await runCode(sandbox, 'javascript', NAMES_OF_PACKAGES, { inputs: { names } })) as {
      [name: string]: string[]
    }
    expect(found.lodash?.length, 'names of lodash').toBeGreaterThan(300)
    const missing: Record<string, unknown> = {}
    for (const [name, members] of Object.entries(found)) {
      const { outcome } = await runCode(sandbox, 'javascript', importAll(name, members))
      const result = outcome.status === 'returned' ? (JSON.parse(outcome.resultJson) as unknown) : outcome
      if (JSON.stringify(result) !== '{"missing":[]}') missing[name] = result
    }
    expect(missing).toEqual({})
  })

  test('what the host has installed for its own Python cannot be seen', async () => {
    const code = `import os, sys
def main():
    folders = [path for path in sys.path if "site-packages" in path or "dist-packages" in path]
    base = os.path.dirname(os.__file__)
    seen = [name for folder in ("site-packages", "dist-packages") for name in (os.listdir(f"{base}/{folder}") if os.path.isdir(f"{base}/{folder}") else [])]
    return {"folders": folders, "seen": seen}`
    expect(resultOf(await runCode(sandbox, 'python', code))).toEqual({ folders: [], seen: [] })
  })

  test('names that the site module gives are there', async () => {
    const code = 'def main():\n    return {"names": [callable(exit), callable(quit), callable(help)]}'
    expect(resultOf(await runCode(sandbox, 'python', code))).toEqual({ names: [true, true, true] })
  })
})

/** Identifiers only; of packages that are ES modules what \`require\` gives of those. */
const NAMES_OF_PACKAGES = `function main({ names }) {
  const found = {}
  for (const name of names) {
    let exported
    try { exported = require(name) } catch { continue }
    const isFunction = typeof exported === 'function'
    if (exported === null || (!isFunction && typeof exported !== 'object')) continue
    const own = Object.getOwnPropertyNames(exported).concat(Object.keys(exported))
    const ofFunctions = isFunction ? Object.getOwnPropertyNames(class { static x() {} }).concat('arguments', 'caller') : []
    found[name] = [...new Set(own)].filter((it) => /^[\\p{ID_Start}$_][\\p{ID_Continue}$]*$/u.test(it) && !ofFunctions.includes(it) && it !== 'default')
  }
  return found
}`

/** A program that imports each member of a package, and says which of them are not what \`require\` gives. */
function importAll(name: string, members: readonly string[]): string {
  const from = JSON.stringify(name)
  const list = members.map((member, index) => `${member} as $${index}`).join(', ')
  return `import { ${list} } from ${from}
import * as all from ${from}
const names = ${JSON.stringify(members)}
const values = [${members.map((_, index) => `$${index}`).join(', ')}]
export function main() {
  const exported = require(${from})
  const isSame = (value, name) => { try { return Object.is(value, exported[name]) } catch { return value === undefined } }
  return { missing: names.filter((name, index) => !isSame(values[index], name) || !(name in all) || !isSame(all[name], name)) }
}`
}
