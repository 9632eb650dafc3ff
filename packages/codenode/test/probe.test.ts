import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { defaultLimits, toRunLimits } from '../src/contract/limits.ts'
import type { CodenodeError } from '../src/index.ts'
import { createSandbox } from '../src/index.ts'
import { type Expected, judge, type ProbeFacts } from '../src/sandbox/probe/judge.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'codenode-probe-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** bubblewrap with its arguments changed, as a careless wrapper or an upgrade would. */
function wrapBubblewrap(name: string, script: string): string {
  const file = path.join(folder, name)
  writeFileSync(file, `#!/usr/bin/env bash\nexport PATH=/usr/local/bin:/usr/bin:/bin\n${script}\n`)
  chmodSync(file, 0o755)
  return file
}

describe('the start is refused when a layer does not hold', () => {
  /* biome-ignore-start lint/suspicious/noTemplateCurlyInString: it is bash */
  const gaps: [layer: string, script: string][] = [
    [
      'seccomp',
      'kept=(); while [ $# -gt 0 ]; do if [ "$1" = --seccomp ]; then shift 2; else kept+=("$1"); shift; fi; done; exec bwrap "${kept[@]}"',
    ],
    ['hidden files', 'exec bwrap --ro-bind /etc /etc "$@"'],
  ]
  /* biome-ignore-end lint/suspicious/noTemplateCurlyInString: it is bash */
  test.each(gaps)('%s', async (layer, script) => {
    const bubblewrap = wrapBubblewrap(layer.replaceAll(' ', '-'), script)
    const failure = await createSandbox({ runtimes: ['python'], bubblewrap }).then(
      async (sandbox) => {
        await sandbox.close()
        return null
      },
      (error: CodenodeError) => error,
    )
    expect(failure).toMatchObject({ code: 'sandbox_unavailable', details: { missing: `the layer "${layer}"` } })
  })
})

describe('judge', () => {
  const facts: ProbeFacts = {
    inside: {
      tries: [
        ['files', 'read /etc/passwd', 'ENOENT'],
        ['hidden files', 'look at /etc/passwd', 'ENOENT'],
        ['kernel', 'mount', 'EPERM'],
      ],
      descriptors: { 0: 'device', 1: 'socket', 2: 'socket', 3: 'socket' },
      environment: ['LANG'],
      pid: 1,
    },
    outside: {
      status: {
        ...{ Uid: '1001\t1001\t1001\t1001', Gid: '1001\t1001\t1001\t1001', Groups: '', NSpid: '500\t8\t1' },
        ...{ CapInh: '0000', CapPrm: '0000', CapEff: '0000', CapAmb: '0000', NoNewPrivs: '1' },
        ...{ Seccomp: '2', Seccomp_filters: '2' },
      },
      limits: {
        ...{
          'Max core file size': 0,
          'Max file size': 0,
          'Max msgqueue size': 0,
          'Max pending signals': 256,
          'Max open files': 64,
        },
        ...{ 'Max processes': 64, 'Max cpu time': 30, 'Max data size': 1e9 },
      },
      procOwner: 0,
      ownNamespaces: ['ipc', 'mnt', 'net', 'pid', 'user', 'uts'],
    },
  }
  const expected: Expected = {
    runtime: 'python',
    level: 'namespaces+landlock+seccomp',
    limits: toRunLimits(defaultLimits, null).limits,
    hasRunUids: true,
  }
  const gapsOf = (change: (facts: ProbeFacts) => unknown, asked: Partial<Expected> = {}) => {
    const changed = structuredClone(facts)
    change(changed)
    return judge(changed, { ...expected, ...asked })
      .filter(({ state }) => state === 'gap')
      .map(({ layer }) => layer)
  }

  test('finds no gap where there is none', () => {
    expect(gapsOf(() => undefined)).toEqual([])
  })

  const changes: [layer: string, change: (facts: ProbeFacts) => unknown][] = [
    ['files', ({ inside }) => inside.tries.push(['files', 'read /etc/shadow', 'done'])],
    ['hidden files', ({ inside }) => inside.tries.push(['hidden files', 'look at /', 'done'])],
    // An answer of the call itself: no filter was before it.
    ['kernel', ({ inside }) => inside.tries.push(['kernel', 'use keyrings', 'EINVAL'])],
    ['descriptors', ({ inside }) => Object.assign(inside.descriptors, { 9: 'directory' })],
    ['descriptors', ({ inside }) => Object.assign(inside.descriptors, { 9: 'socket' })],
    ['environment', ({ inside }) => inside.environment.push('AWS_SECRET_ACCESS_KEY')],
    ['seccomp', ({ outside }) => Object.assign(outside.status, { Seccomp: '0' })],
    ['seccomp', ({ outside }) => Object.assign(outside.status, { Seccomp_filters: '1' })],
    ['capabilities', ({ outside }) => Object.assign(outside.status, { CapEff: '0001' })],
    ['no new privileges', ({ outside }) => Object.assign(outside.status, { NoNewPrivs: '0' })],
    ['no traces', ({ outside }) => Object.assign(outside, { procOwner: 1001 })],
    ['own processes', ({ outside }) => Object.assign(outside.status, { NSpid: '500\t8' })],
    ['namespaces', ({ outside }) => Object.assign(outside, { ownNamespaces: ['pid'] })],
    ['own user', ({ outside }) => Object.assign(outside.status, { Uid: '0\t0\t0\t0' })],
    ['own user', ({ outside }) => Object.assign(outside.status, { Groups: '27' })],
    ['limits', ({ outside }) => Object.assign(outside.limits, { 'Max data size': null })],
    ['limits', ({ outside }) => Object.assign(outside.limits, { 'Max processes': 65 })],
  ]
  test.each(changes)('finds a gap in %s (%#)', (layer, change) => {
    expect(gapsOf(change)).toContain(layer)
  })

  test('asks for a limit of processes, which is that of one run where the kernel counts its own', () => {
    const unlimited = ({ outside }: ProbeFacts) => Object.assign(outside.limits, { 'Max processes': null })
    expect(gapsOf(unlimited)).toContain('limits')
    const shared = { level: 'landlock+seccomp', hasRunUids: false } as const
    expect(gapsOf(unlimited, shared)).toContain('limits')
    const many = ({ outside }: ProbeFacts) => Object.assign(outside.limits, { 'Max processes': 5000 })
    expect(gapsOf(many)).toContain('limits')
    expect(gapsOf(many, shared)).not.toContain('limits')
    // JavaScript has one thread that is none of the program's.
    const oneMore = ({ outside }: ProbeFacts) => Object.assign(outside.limits, { 'Max processes': 65 })
    expect(gapsOf(oneMore, { runtime: 'javascript' })).not.toContain('limits')
  })

  test('does not ask the weaker level for what only namespaces give', () => {
    const weaker = { level: 'landlock+seccomp' } as const
    expect(
      gapsOf(({ inside, outside }) => {
        inside.tries.push(['hidden files', 'look at /', 'done'])
        Object.assign(outside, { ownNamespaces: [] })
        Object.assign(outside.status, { NSpid: '500' })
      }, weaker),
    ).toEqual([])
  })
})
