/** The library's border: what a caller gives is checked and completed before anything starts. */
import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  type CodeNodeInput,
  CodenodeError,
  createSandbox,
  type RunningSandbox,
  rerunNode,
  runNode,
  runOnlyCode,
  runWorkflow,
  type SandboxOptions,
} from '../src/index.ts'
import { descendants } from './support/sandbox.ts'

const run = promisify(execFile)
const node = (code: string, code_language: CodeNodeInput['code_language'] = 'python3'): CodeNodeInput => ({
  ...{ type: 'code', code_language, code, variables: [], outputs: {} },
})
const forever = node('def main():\n    while True: pass')
const nothing = node('def main():\n    return {}')
const workflow = {
  graph: {
    nodes: [
      { id: 'start', data: { type: 'start', title: 'Start', variables: [] } },
      { id: 'code', data: { ...forever, title: 'Code' } },
      { id: 'end', data: { type: 'end', title: 'End', outputs: [] } },
    ],
    edges: [
      { id: 'a', source: 'start', target: 'code', sourceHandle: 'source', targetHandle: 'target' },
      { id: 'b', source: 'code', target: 'end', sourceHandle: 'source', targetHandle: 'target' },
    ],
  },
}

/** The paths of what is wrong; throws what is not a refusal. */
async function refusalOf(act: () => Promise<unknown>): Promise<string[]> {
  try {
    await act()
  } catch (error) {
    if (!(error instanceof CodenodeError) || error.code !== 'configuration_invalid') throw error
    // instanceof cannot know the code, which decides the type of the details.
    return (error.details as { issues: { path: string }[] }).issues.map(({ path: at }) => at)
  }
  throw new Error('it was not refused')
}

describe('limits that a sandbox is given', () => {
  let sandbox: RunningSandbox
  beforeAll(async () => {
    // One limit alone: the CPU time follows it, and the others have their defaults.
    sandbox = await createSandbox({ limits: { wallMs: 500 }, packages: 'none', spares: 0 })
  })
  afterAll(() => sandbox.close())

  test('hold for the runs of a node, in both languages', async () => {
    expect(sandbox.limits).toMatchObject({ wallMs: 500, cpuMs: 1000, memoryMb: 512 })
    for (const endless of [forever, node('function main() { for (;;); }', 'javascript')]) {
      const { error } = await runNode(endless, {}, { sandbox })
      expect(error).toMatchObject({ code: 'wall_time_exceeded', message: 'The code ran longer than 500 ms.' })
    }
  })

  test('hold for workflows, and for their Code nodes alone', async () => {
    const failed = { code: 'wall_time_exceeded', message: 'The code ran longer than 500 ms.' }
    const { nodes } = await runWorkflow(workflow, {}, { sandbox })
    expect(nodes.find(({ id }) => id === 'code')?.error).toMatchObject(failed)
    const { nodes: alone } = await runOnlyCode(workflow, {}, { sandbox })
    expect(alone.find(({ id }) => id === 'code')?.error).toMatchObject(failed)
  })

  test('are lowered by those of a run, and not raised', async () => {
    const messageOf = async (limits: object) => (await runNode(forever, {}, { sandbox, limits })).error?.message
    expect(await messageOf({ wallMs: 200 })).toBe('The code ran longer than 200 ms.')
    expect(await messageOf({ wallMs: 60_000 })).toBe('The code ran longer than 500 ms.')
  })

  test('are completed: a run that names some has the others', async () => {
    await using patient = await createSandbox({ limits: { wallMs: 120_000 }, packages: 'none', spares: 0 })
    const python = await runNode(nothing, {}, { sandbox: patient, limits: { memoryMb: 100 } })
    expect(python.error).toBe(null)
    const javascript = node('const main = () => ({})', 'javascript')
    expect((await runNode(javascript, {}, { sandbox: patient, limits: { threads: 8 } })).error).toBe(null)
  })

  test('of a run that are wrong are all told, and nothing runs', async () => {
    const limits = { wallMs: Number.NaN, memoryMb: '64', nope: 1 } as object
    let runs = 0
    const counting = {
      limits: sandbox.limits,
      isolation: sandbox.isolation,
      run: () => Promise.reject(new Error(`run ${++runs}`)),
      close: () => Promise.resolve(),
    }
    const given = { sandbox: counting, limits }
    const paths = ['limits.nope', 'limits.wallMs', 'limits.memoryMb']
    expect(await refusalOf(() => runNode(nothing, {}, given))).toEqual(paths)
    expect(await refusalOf(() => runWorkflow(workflow, {}, given))).toEqual(paths)
    expect(await refusalOf(() => runOnlyCode(workflow, {}, given))).toEqual(paths)
    expect(runs).toBe(0)
  })

  test('a run without a sandbox is refused', async () => {
    // As a caller without types may call it.
    const none = {} as { sandbox: RunningSandbox }
    expect(await refusalOf(() => runNode(nothing, {}, none))).toEqual(['options.sandbox'])
    expect(await refusalOf(() => runWorkflow(workflow, {}, none))).toEqual(['options.sandbox'])
  })
})

describe('options of a run that are wrong', () => {
  const sandbox = {
    isolation: { level: 'landlock+seccomp', layers: {} } as const,
    run: () => Promise.reject(new Error('it runs')),
    close: () => Promise.resolve(),
  }
  test.each([
    [{ signal: 5 }, ['options.signal']],
    [{ foo: 1 }, ['options.foo']],
    [
      { onEvent: 'all', client: 1, runId: {}, startedAt: '2026-01-01', limits: { nope: 1 } },
      ['options.onEvent', 'options.client', 'options.runId', 'options.startedAt', 'limits.nope'],
    ],
  ])('%j: refused by every function that runs something', async (wrong, paths) => {
    const options = { sandbox, ...wrong } as object as { sandbox: RunningSandbox }
    expect(await refusalOf(() => runNode(nothing, {}, options))).toEqual(paths)
    expect(await refusalOf(() => runWorkflow(workflow, {}, options))).toEqual(paths)
    expect(await refusalOf(() => runOnlyCode(workflow, {}, options))).toEqual(paths)
    expect(await refusalOf(() => rerunNode({ workflow, record: {}, nodeId: 'code' } as never, options))).toEqual(paths)
  })

  test('are told with the one that is meant', async () => {
    const options = { sandbox, singal: AbortSignal.abort(), wallMs: 5, outputs: 'all' } as object as {
      sandbox: RunningSandbox
    }
    await expect(runNode(nothing, {}, options)).rejects.toThrow(
      [
        'The configuration is wrong.',
        '- options.outputs is the string "all"; it must be one of declared, any.',
        '- options.singal is not an option. Did you mean signal?',
        '- options.wallMs belongs under limits.',
      ].join('\n'),
    )
  })

  test('are told with all that there are, but for what the caller does not give', async () => {
    // As from JavaScript, which has no types.
    const said = await runNode(nothing, {}, { sandbox, quickly: true } as never).catch((error: Error) => error.message)
    expect(said).toMatch(/quickly is not an option.*signal/)
    expect(said).not.toContain('sandbox')
  })
})

describe('options of a sandbox that are wrong', () => {
  test.each([
    [{ isolation: 'namespaces+landlock' }, ['isolation']],
    [{ isolation: 'none' }, ['isolation']],
    [{ runtimes: ['node'] }, ['runtimes[0]']],
    [{ spares: -1, maxRunning: 0 }, ['spares', 'maxRunning']],
    [{ limits: { wallMs: -1 } }, ['limits.wallMs']],
    [{ isolatoin: 'landlock+seccomp' }, ['isolatoin']],
    [null, ['options']],
    [{ dataDir: 'a\0b', packagesDir: '' }, ['dataDir', 'packagesDir']],
    [{ packagesDir: '/nope' }, ['packagesDir']],
    [{ packagesDir: '/dev/null' }, ['packagesDir']],
    // Folders cannot be made there, whoever asks.
    [{ dataDir: '/dev/null', hosts: 0 }, ['dataDir']],
    [{ dataDir: '/dev/null', hosts: 1 }, ['dataDir']],
    [{ dataDir: '/proc/of-codenode', hosts: 0 }, ['dataDir']],
    [{ dataDir: '/proc/of-codenode', hosts: 1 }, ['dataDir']],
  ])('%j: refused before anything starts', async (options, paths) => {
    const before = descendants()
    expect(await refusalOf(() => createSandbox(options as SandboxOptions))).toEqual(paths)
    expect(descendants().filter((pid) => !before.includes(pid))).toEqual([])
  })
})

describe('a sandbox without packages', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'codenode-door-'))
  mkdirSync(path.join(folder, 'none'))
  afterAll(() => rmSync(folder, { recursive: true }))

  test('says so once, with the command that installs them; a run can use the standard library', async () => {
    const warnings: string[] = []
    const onWarning = (message: string) => warnings.push(message)
    await using sandbox = await createSandbox({ packagesDir: path.join(folder, 'none'), spares: 0, onWarning })
    expect(warnings).toEqual([
      expect.stringMatching(
        /^no Python and JavaScript packages are in .*none, .* packages install --packages-dir .*none.*CODENODE_PACKAGES_DIR/,
      ),
    ])
    expect(sandbox.packages()).toEqual({ python: [], javascript: [] })
    expect((await runNode(node('import json\ndef main():\n    return {}'), {}, { sandbox })).error).toBe(null)
  })

  test('names only what is asked for, and nothing where all are there', async () => {
    const warnings: string[] = []
    const onWarning = (message: string) => warnings.push(message)
    const packagesDir = path.join(folder, 'none')
    await (await createSandbox({ runtimes: ['python'], packagesDir, spares: 0, onWarning })).close()
    await (await createSandbox({ spares: 0, onWarning })).close()
    expect(warnings).toEqual([expect.stringMatching(/^no Python packages are in /)])
  })

  test('warns on the standard error of a program that listens to nothing, once, and leaves no folder behind', async () => {
    const index = path.resolve(import.meta.dirname, '../src/index.ts')
    const program = path.join(folder, 'twice.mts')
    writeFileSync(
      program,
      `import { createSandbox } from ${JSON.stringify(index)}
for (let time = 0; time < 2; time++) {
  await using _ = await createSandbox({ runtimes: ['python'], spares: 0, dataDir: 'data/deep', packagesDir: 'none' })
}
`,
    )
    const { stderr } = await run(process.execPath, [program], { cwd: folder })
    expect(stderr.match(/CodenodeWarning: no Python packages are in /g)).toHaveLength(1)
    expect(readdirSync(folder)).toEqual(['none', 'twice.mts'])
    expect(existsSync(path.join(folder, 'data'))).toBe(false)
  })
})

test('without packages code has the standard library alone, in all languages', async () => {
  await using sandbox = await createSandbox({ packages: 'none' })
  expect(sandbox.packages()).toEqual({ python: [], javascript: [] })
  const tries = [
    node('import json\ndef main():\n    return {"a": json.loads("1")}'),
    node('import numpy\ndef main():\n    return {}'),
    node('const _ = require("lodash")\nfunction main() { return {} }', 'javascript'),
    node('function main(): { a: number } { return { a: 1 } }', 'typescript'),
  ]
  const records = await Promise.all(tries.map((it) => runNode(it, {}, { sandbox, outputs: 'any' })))
  expect(records.map(({ error, outputs }) => error?.code ?? outputs)).toEqual([
    { a: 1 },
    'module_not_found',
    'module_not_found',
    { a: 1 },
  ])
})
