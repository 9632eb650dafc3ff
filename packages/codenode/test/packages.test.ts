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

describe('SPEC §6: packages', () => {
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
    const names = sandbox.packages().node.map(({ name }) => name)
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
