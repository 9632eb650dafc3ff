/** Workflows from the command line: run, run again, only their Code nodes. */
import { spawn } from 'node:child_process'
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, test } from 'vitest'
import { type WorkflowNodeRecord, type WorkflowRecord, workflowRecordSchema } from '../src/contract/workflow-record.ts'
import { findPlaces } from '../src/places/find-places.ts'
import { makeDataDir } from './support/service.ts'

const bin = fileURLToPath(new URL('../bin/codenode.js', import.meta.url))
const folder = makeDataDir()
/** Templates need one. */
const withPackages = ['--packages-dir', findPlaces().packagesDir]
afterAll(() => rmSync(folder, { recursive: true, force: true }))

type Ended = { exitCode: number | null; stdout: string; stderr: string }

async function codenode(args: string[], onStderr?: (text: string, pid: number) => void): Promise<Ended> {
  const env = { ...process.env, CODENODE_DATA_DIR: folder }
  const child = spawn(process.execPath, [bin, ...args], { cwd: folder, env })
  const said = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8')
    child[name].on('data', (chunk: string) => {
      said[name] += chunk
      // Spawned, or nothing would be said.
      if (name === 'stderr') onStderr?.(said.stderr, child.pid as number)
    })
  }
  child.stdin.end()
  const exitCode = await new Promise<number | null>((resolve) => child.once('close', resolve))
  return { exitCode, ...said }
}

const recordOf = (stdout: string): WorkflowRecord => workflowRecordSchema.parse(JSON.parse(stdout))

/** start → halve → end, with what halve cannot do going to `explain` and from there to the same end. */
const document = {
  kind: 'app',
  version: '0.3.0',
  app: { name: 'Halves', mode: 'workflow' },
  workflow: {
    graph: {
      nodes: [
        {
          id: 'start',
          data: { type: 'start', title: 'Start', variables: [{ variable: 'n', type: 'number', required: true }] },
        },
        {
          id: 'halve',
          data: {
            type: 'code',
            title: 'Halve',
            code_language: 'python3',
            code: 'def main(n):\n    print("halving", n)\n    if n % 2: raise ValueError("odd")\n    return {"half": n // 2}\n',
            variables: [{ variable: 'n', value_selector: ['start', 'n'] }],
            outputs: { half: { type: 'number' } },
            error_strategy: 'fail-branch',
          },
        },
        {
          id: 'explain',
          data: {
            type: 'template-transform',
            title: 'Explain',
            template: '{{ n }} is {{ why }}',
            variables: [
              { variable: 'n', value_selector: ['start', 'n'] },
              { variable: 'why', value_selector: ['halve', 'error_message'] },
            ],
          },
        },
        {
          id: 'end',
          data: {
            type: 'end',
            title: 'End',
            outputs: [
              { variable: 'half', value_selector: ['halve', 'half'] },
              { variable: 'why', value_selector: ['explain', 'output'] },
            ],
          },
        },
      ],
      edges: [
        { source: 'start', target: 'halve', sourceHandle: 'source' },
        { source: 'halve', target: 'end', sourceHandle: 'source' },
        { source: 'halve', target: 'explain', sourceHandle: 'fail-branch' },
        { source: 'explain', target: 'end', sourceHandle: 'source' },
      ],
    },
  },
}
const file = write('halves.yml', JSON.stringify(document))

function write(name: string, text: string): string {
  const at = path.join(folder, name)
  writeFileSync(at, text)
  return at
}

describe('codenode run WORKFLOW', () => {
  test('draws each step and what came out, shows logs with the name of their node, and ends with 0', async () => {
    const { exitCode, stdout, stderr } = await codenode(['run', file, '--input', 'n=42'])
    expect(exitCode).toBe(0)
    expect(stderr).toMatch(/ms stdout Halve │ halving 42\n/)
    expect(stdout).toContain('✓ succeeded  Halves')
    expect(stdout).toMatch(/✓ Halve +code .*\{"half":21\}/)
    expect(stdout).toMatch(/– Explain +template .*skipped/)
    expect(stdout).toMatch(/half +21\n/)
  })

  test('a failure that a branch takes is a success in part: 0, with the step and its failure', async () => {
    const { exitCode, stdout } = await codenode(['run', file, '--input', 'n=9007199254740993', ...withPackages])
    expect(exitCode).toBe(0)
    expect(stdout).toContain('! partial-succeeded (1 recovered error)  Halves')
    expect(stdout).toContain('code_threw → fail branch: ValueError: odd')
    expect(stdout).toContain('9007199254740993 is ValueError: odd')
  })

  test('what is wrong with it or its inputs is told before anything runs, with 2', async () => {
    const wrong = structuredClone(document)
    Object.assign(wrong.workflow.graph.nodes[2]?.data ?? {}, { type: 'llm' })
    const refused = await codenode(['run', write('llm.json', JSON.stringify(wrong)), '--input', 'n=1'])
    expect(refused.exitCode).toBe(2)
    const [what, ...how] = refused.stderr.trimEnd().split('\n')
    expect(what).toBe('codenode: A node is of a type that does not run here: llm (Explain).')
    expect(how).toEqual([
      expect.stringContaining('--write-stand-ins FILE'),
      '  Or run only the Code nodes, with given inputs: --only-code.',
    ])
    const missing = await codenode(['run', file])
    expect(missing).toMatchObject({ exitCode: 2, stdout: '' })
    expect(missing.stderr).toContain('inputs.n is missing; it must be a number')
    expect(missing.stderr).toContain('Give an input by --input name=value')
  })

  test('--only-code runs the Code nodes of an export with nodes that cannot be run', async () => {
    const wrong = structuredClone(document)
    Object.assign(wrong.workflow.graph.nodes[2]?.data ?? {}, { type: 'llm' })
    const args = ['run', write('only.json', JSON.stringify(wrong)), '--only-code', '--input', 'start.n=8', '--json']
    const { exitCode, stdout } = await codenode(args)
    expect({ exitCode, outputs: recordOf(stdout).outputs }).toEqual({ exitCode: 0, outputs: { halve: { half: 4 } } })
    const alone = await codenode(['run', write('alone.py', 'def main(): return {}'), '--only-code'])
    expect(alone.exitCode).toBe(2)
  })

  test('a file to be filled is written, and what it holds stands in for the nodes', async () => {
    const chat = structuredClone(document)
    Object.assign(chat.workflow.graph.nodes[1]?.data ?? {}, { type: 'llm', error_strategy: null })
    const source = write('chat.json', JSON.stringify(chat))
    const filled = path.join(folder, 'filled.yml')
    const stderr = `Wrote ${filled}. Fill it in, then run with --stand-ins ${filled}.\n`
    expect(await codenode(['run', source, '--write-stand-ins', filled])).toMatchObject({
      exitCode: 0,
      stdout: '',
      stderr,
    })
    expect(readFileSync(filled, 'utf8')).toBe(
      '# llm: Halve\n# Later nodes read error_message, half.\nhalve:\n  text: (made up for Halve)\n' +
        '  error_message: (made up for Halve)\n  half: (made up for Halve)\n',
    )
    // Nobody's work is overwritten.
    expect((await codenode(['run', source, '--write-stand-ins', filled])).exitCode).toBe(2)

    const args = ['run', source, '--input', 'n=4', '--json']
    const made = recordOf((await codenode([...args, '--stand-ins', filled])).stdout)
    expect(made).toMatchObject({ status: 'succeeded', outputs: { half: '(made up for Halve)' } })
    const single = ['--stand-ins', 'made', '--stand-in', 'Halve.half=2']
    const record = recordOf((await codenode([...args, ...single])).stdout)
    expect(record).toMatchObject({ outputs: { half: 2 }, nodes: [{}, { type: 'llm', standIn: 'given' }, {}, {}] })
    // The run keeps what it was given, also for those that come after it.
    const replayed = recordOf((await codenode(['replay', record.id, '--json'])).stdout)
    expect(replayed.outputs).toMatchObject({ half: 2 })
    const from = recordOf((await codenode([...args, '--stand-ins-from', record.id])).stdout)
    expect(from).toMatchObject({ outputs: { half: 2 }, nodes: [{}, { standIn: 'recorded' }, {}, {}] })
    const rerun = await codenode(['rerun', record.id, 'halve'])
    expect([rerun.exitCode, rerun.stderr]).toEqual([2, expect.stringContaining('it was stood in for')])

    const nowhere = ['--stand-in', 'nowhere.text=x', '--stand-ins', 'made']
    expect((await codenode([...args, ...nowhere])).stdout).toContain('names no node')
    expect((await codenode([...args, '--only-code', '--stand-ins', 'made'])).exitCode).toBe(2)
    const alone = await codenode(['run', write('alone.js', 'const main = () => ({})'), '--stand-ins', 'made'])
    expect(alone.stderr).toContain('--stand-ins is for workflows.')
  })

  test('an app without a workflow is told as what it is', async () => {
    const agent = write('agent.yml', 'app: {mode: agent-chat, name: Helper}\nkind: app\nmodel_config: {}\n')
    const { exitCode, stderr } = await codenode(['run', agent])
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('the app is an agent, which has no workflow')])
  })

  test('Ctrl-C cancels it: the record says so, 130, and nothing is left', async () => {
    const slow = structuredClone(document)
    const code =
      'import time\ndef main(n):\n    print("sleeping", flush=True)\n    time.sleep(60)\n    return {"half": 1}\n'
    Object.assign(slow.workflow.graph.nodes[1]?.data ?? {}, { code })
    let isSent = false
    const args = ['run', write('slow.json', JSON.stringify(slow)), '--input', 'n=1']
    const { exitCode, stdout } = await codenode(args, (text, pid) => {
      if (isSent || !text.includes('sleeping')) return
      isSent = true
      process.kill(pid, 'SIGINT')
    })
    expect(exitCode).toBe(130)
    expect(stdout).toContain('■ cancelled  Halves')
    expect(readdirSync(path.join(folder, 'run'))).toEqual([])
  })
})

describe('codenode rerun and replay', () => {
  test('run a node, or all, of a kept run again, with the same or changed inputs', async () => {
    const first = recordOf((await codenode(['run', file, '--input', 'n=7', '--json', ...withPackages])).stdout)
    expect(first.status).toBe('partial-succeeded')

    const same = await codenode(['rerun', first.id, 'halve', '--json', ...withPackages])
    expect(JSON.parse(same.stdout) as WorkflowNodeRecord).toMatchObject({
      status: 'exception',
      inputs: { n: 7 },
      error: { code: 'code_threw' },
    })
    const changed = await codenode(['rerun', first.id, 'Halve', '--input', 'n=10', ...withPackages])
    expect(changed.exitCode).toBe(0)
    expect(changed.stdout).toMatch(/✓ succeeded {2}Halve[\s\S]*half +5\n/)

    const replayed = await codenode(['replay', first.id, '--input', 'n=12', '--json', ...withPackages])
    const record = recordOf(replayed.stdout)
    expect(record).toMatchObject({ status: 'succeeded', outputs: { half: 6, why: null } })
    expect(record.id).not.toBe(first.id)
    // The file may be named as well, also one that was copied elsewhere.
    const kept = path.join(folder, 'workflow-runs', `${record.id}.json`)
    expect((await codenode(['replay', kept, '--json', ...withPackages])).exitCode).toBe(0)
  })

  test('say what there is where the run, the node or an input is not', async () => {
    const { id } = recordOf((await codenode(['run', file, '--input', 'n=2', '--json'])).stdout)
    const noRun = await codenode(['rerun', 'run_0', 'halve'])
    expect(noRun.exitCode).toBe(2)
    expect(noRun.stderr).toMatch(/There is no workflow run "run_0" in .*The newest is run_[0-9a-f]{32}/s)
    const noNode = await codenode(['rerun', id, 'third'])
    expect(noNode.exitCode).toBe(2)
    expect(noNode.stderr).toMatch(/has no node "third"\.\n {2}Name one of these: start \(Start\), halve \(Halve\)/)
    const noInput = await codenode(['rerun', id, 'halve', '--input', 'm=1'])
    expect(noInput.exitCode).toBe(2)
    expect(noInput.stderr).toContain('inputs.m is not an input of the node; it has n.')
    expect((await codenode(['rerun', id, 'explain'])).exitCode).toBe(2) // it was skipped, so there are no inputs
    const noFile = await codenode(['replay', write('broken.json', '{')])
    expect(noFile).toMatchObject({ exitCode: 2, stdout: '' })
  })
})

test.each([
  ['console.json', (yaml: string) => JSON.stringify({ data: yaml })],
  ['quoted.yml', (yaml: string) => yaml.replace('said: x', "said: 'x\n\ny'")],
])('a file in a form that Dify takes is run: %s', async (name, write) => {
  const yaml = `app: {mode: workflow, name: Said}
workflow:
  graph:
    nodes:
      - {id: 1, data: {type: start, title: Start, variables: []}}
      - id: 2
        data:
          said: x
          type: end
          title: End
          outputs: [{variable: run, value_selector: [sys, workflow_run_id]}]
    edges: [{source: 1, target: 2}]
`
  const file = path.join(folder, name)
  writeFileSync(file, write(yaml))
  const { exitCode, stdout, stderr } = await codenode(['run', file, '--json'])
  expect([exitCode, stderr]).toEqual([0, ''])
  expect(recordOf(stdout)).toMatchObject({
    status: 'succeeded',
    outputs: { run: expect.stringMatching(/^run_/) as string },
  })
})
