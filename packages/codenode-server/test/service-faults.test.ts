/** What a service does when it is flooded, killed, or loses its interpreters: over HTTP, with a real `codenode serve`. */
import { once } from 'node:events'
import { readFileSync, rmSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Client, createClient, type SequencedEvent } from 'codenode/client'
import type { CodeNodeInput } from 'codenode/internal/contract/node'
import { isInProgress } from 'codenode/internal/contract/run-documents'
import { workflowRecordSchema } from 'codenode/internal/contract/workflow-record'
import { afterEach, describe, expect, test } from 'vitest'
import { childrenOf, eventually } from '../../codenode/test/support/sandbox.ts'
import { makeDataDir, startService, type TestService } from '../../codenode/test/support/service.ts'
import { forever, iterating } from '../../codenode/test/support/workflows.ts'

const waiting: CodeNodeInput = {
  type: 'code',
  title: 'waits',
  code_language: 'python3',
  code: 'import time\ndef main(index, seconds):\n    time.sleep(seconds)\n    return {"square": index * index}',
  variables: [{ variable: 'index' }, { variable: 'seconds' }],
  outputs: { square: { type: 'number' } },
}
const squaring: CodeNodeInput = {
  ...waiting,
  code_language: 'javascript',
  code: 'function main({ index }) { return { square: index * index } }',
}

const opened: TestService[] = []
const folders: string[] = []
afterEach(async () => {
  await Promise.all(opened.splice(0).map((service) => service.close()))
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

async function open(options: Parameters<typeof startService>[0] = {}): Promise<TestService> {
  const service = await startService(options)
  opened.push(service)
  return service
}

const clientOf = ({ address }: TestService, apiKey?: string) =>
  createClient({ baseUrl: address, ...(apiKey ? { apiKey } : {}) })

async function eventsOf(client: Client, id: string): Promise<SequencedEvent[]> {
  const events: SequencedEvent[] = []
  for await (const event of client.followRun(id)) events.push(event)
  return events
}

type Process = { pid: number; parent: number; args: string }

/** All processes below one. */
function descendants(root: number): Process[] {
  return childrenOf(root).flatMap((pid) => [{ pid, parent: root, args: argsOf(pid) }, ...descendants(pid)])
}

function argsOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
  } catch {
    return '' // it has ended
  }
}

/** Bubblewrap's own children; the runs are theirs. */
function zygotes(root: number): number[] {
  const all = descendants(root)
  const isBubblewrap = (pid: number) => /(^|\/)bwrap /.test(all.find((it) => it.pid === pid)?.args ?? '')
  return all.filter(({ pid, parent }) => isBubblewrap(parent) && !isBubblewrap(pid)).map(({ pid }) => pid)
}

/** Ended, though whoever should reap it may not have done so yet. */
function isGone(pid: number): boolean {
  try {
    return /^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${pid}/stat`, 'latin1'))
  } catch {
    return true
  }
}

describe('kill −9 of the service during 50 runs', () => {
  test('the history is whole after the restart, and runs that were going on are marked as interrupted', async () => {
    const dataDir = makeDataDir()
    folders.push(dataDir)
    const env = { CODENODE_MAX_RUNNING: '50' }
    const first = await open({ dataDir, env })
    const client = clientOf(first)
    const done = await client.runNode({ node: squaring, inputs: { index: 7, seconds: 0 } })
    const started = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        client.startNode({ node: waiting, inputs: { index, seconds: index % 2 ? 10 : 0 } }),
      ),
    )
    // Those that have not begun would begin at the next start.
    await expect.poll(async () => (await client.listRuns({ status: 'queued' })).runs).toEqual([])
    const ended = once(first.process, 'exit')
    first.process.kill('SIGKILL')
    await ended

    const after = clientOf(await open({ dataDir, env }))
    expect(await after.getRun(done.id)).toEqual(done)
    const documents = await Promise.all(started.map(({ id }) => after.getRun(id)))
    const seen = documents.map((document) =>
      isInProgress(document) ? document.status : (document.error?.code ?? document.status),
    )
    // Half of them could not have ended; of the others those that had are there with their results.
    expect(new Set(seen)).toEqual(new Set(['succeeded', 'run_interrupted']))
    expect(seen.filter((_, index) => index % 2 === 1)).toEqual(Array.from({ length: 25 }, () => 'run_interrupted'))
    documents.forEach((document, index) => {
      if (document.status === 'succeeded') expect(document.outputs).toEqual({ square: index * index })
    })
    const { runs } = await after.listRuns({ limit: 200 })
    expect(runs).toHaveLength(51)
    expect((await after.runNode({ node: squaring, inputs: { index: 3, seconds: 0 } })).outputs).toEqual({ square: 9 })
  }, 120_000)
})

describe('a service that is killed in runs of workflows', () => {
  test('has them whole after the next start: ended as they ended, the others interrupted; keys of those are free', async () => {
    const dataDir = makeDataDir()
    folders.push(dataDir)
    const first = await open({ dataDir })
    const client = clientOf(first)
    const done = await client.runWorkflow({ workflow: iterating(), inputs: { n: 9 } })
    const events = await eventsOf(client, done.id)
    const kept = await client.rerunNode({ runId: done.id, nodeId: 'square', inputs: { x: 5 } })
    const going = await Promise.all(
      ['a', 'b', 'c'].map((idempotencyKey) => client.startWorkflow({ workflow: forever }, { idempotencyKey })),
    )
    // One that has not begun is begun after the next start.
    await eventually('all have begun', async () => {
      const documents = await Promise.all(going.map(({ id }) => client.getRun(id)))
      return documents.every(({ status }) => status === 'running')
    })
    const ended = once(first.process, 'exit')
    first.process.kill('SIGKILL')
    await ended

    const after = clientOf(await open({ dataDir }))
    expect(await after.getRun(done.id)).toEqual(done)
    expect(await eventsOf(after, done.id)).toEqual(events)
    expect(await after.getRun(kept.id)).toEqual(kept)
    for (const { id } of going) {
      const record = workflowRecordSchema.parse(await after.getRun(id))
      expect(record).toMatchObject({ status: 'failed', error: { code: 'run_interrupted' }, nodes: [] })
      const told = await eventsOf(after, id)
      expect(told.map(({ event }) => event.type)).toEqual(['status', 'status', 'result'])
    }
    const { runs } = await after.listRuns({ kind: 'workflow' })
    expect(runs.map(({ status }) => status)).toEqual(['failed', 'failed', 'failed', 'partial-succeeded'])
    expect(await after.replay({ runId: done.id })).toMatchObject({ status: 'partial-succeeded', outputs: done.outputs })
    const again = await after.startWorkflow({ workflow: forever }, { idempotencyKey: 'a' })
    expect(isInProgress(again)).toBe(true)
    expect(going.map(({ id }) => id)).not.toContain(again.id)
    await after.cancelRun(again.id)
  }, 120_000)
})

describe('zygotes that are killed at random under load', () => {
  test('only runs that they had are lost, and are told so; all others are right', async () => {
    const service = await open()
    const client = clientOf(service)
    let isOver = false
    let killed = 0
    const killing = (async () => {
      for (let round = 0; !isOver && round < 8; round++) {
        await sleep(250)
        const alive = zygotes(service.process.pid as number)
        const victim = alive[Math.floor(Math.random() * alive.length)]
        if (victim === undefined) continue
        process.kill(victim, 'SIGKILL')
        killed++
      }
    })()
    const records = await Promise.all(
      Array.from({ length: 8 }, async (_, lane) => {
        const own = []
        for (let round = 0; round < 40; round++) {
          const index = lane * 1000 + round
          const node = lane % 2 === 0 ? squaring : waiting
          own.push({ index, record: await client.runNode({ node, inputs: { index, seconds: 0.02 } }) })
        }
        return own
      }),
    )
    isOver = true
    await killing
    for (const { index, record } of records.flat()) {
      if (record.status === 'succeeded') expect(record.outputs).toEqual({ square: index * index })
      else expect(`${record.error?.blame}: ${record.error?.code}`).toMatch(/^platform: sandbox_/)
    }
    const right = records.flat().filter(({ record }) => record.status === 'succeeded')
    expect(killed).toBeGreaterThan(0)
    expect(right.length).toBeGreaterThan(200)
    for (const node of [squaring, waiting]) {
      const record = await client.runNode({ node, inputs: { index: 5, seconds: 0 } })
      expect(record.outputs).toEqual({ square: 25 })
    }
  }, 180_000)
})

describe('a flood of one API key', () => {
  test('does not starve another, and what is too much is refused at once', async () => {
    const service = await open({
      env: {
        CODENODE_API_KEYS: 'key-of-the-flood,key-of-another-one',
        CODENODE_MAX_RUNNING: '4',
        CODENODE_MAX_WAITING: '36',
        CODENODE_WALL_MS: '600000',
      },
    })
    const flood = clientOf(service, 'key-of-the-flood')
    const other = clientOf(service, 'key-of-another-one')
    // None of them ends by itself while the others are asked for.
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, index) =>
        flood.startNode({ node: waiting, inputs: { index, seconds: 600 } }).then(
          ({ id }) => id,
          (error: { code: string; status: number }) => `${error.status} ${error.code}`,
        ),
      ),
    )
    const ids = answers.filter((answer) => answer.startsWith('run_'))
    expect(ids).toHaveLength(20)
    expect(answers.filter((answer) => answer === '429 too_many_runs')).toHaveLength(40)

    // Four of the flood run and sixteen wait. In one line for all another would get a place when seventeen have ended.
    let isAnswered = false
    const answered = other.runNode({ node: squaring, inputs: { index: 6, seconds: 0 } }).then((record) => {
      isAnswered = true
      return record
    })
    let ended = 0
    while (!isAnswered && ended < ids.length) {
      await flood.cancelRun(ids[ended++] as string)
      await Promise.race([answered, sleep(2000)])
    }
    expect((await answered).outputs).toEqual({ square: 36 })
    expect(ended).toBeLessThan(12)
    await Promise.all(ids.slice(ended).map((id) => flood.cancelRun(id)))
  }, 120_000)
})

describe('the end of a service', () => {
  test('leaves no process', async () => {
    const service = await open()
    const client = clientOf(service)
    await client.runNode({ node: squaring, inputs: { index: 2, seconds: 0 } })
    const before = descendants(service.process.pid as number)
    expect(before.length).toBeGreaterThan(2)
    const ended = once(service.process, 'exit')
    service.process.kill('SIGTERM')
    expect(await ended).toEqual([0, null])
    await expect.poll(() => before.filter(({ pid }) => !isGone(pid))).toEqual([])
  }, 60_000)
})
