import { hasNamespaces, type IsolationLevel } from '../../contract/isolation.ts'
import type { RunLimits } from '../../contract/limits.ts'
import type { RuntimeName } from '../../contract/runtime-name.ts'
import { coarseCpuSeconds, countsOwnThreads, parkedThreads } from '../rlimits.ts'
import type { InsideFacts } from './read-inside.ts'
import type { OutsideFacts } from './read-outside.ts'

export type ProbeFacts = { inside: InsideFacts; outside: OutsideFacts }

/**
 * What came of looking at one layer. `gap`: it does not hold; `unknown`: it cannot be seen from here; `not asked for`: the
 * level does not promise it.
 */
export type Finding = { layer: string; state: 'holds' | 'gap' | 'unknown' | 'not asked for'; found: string }

export type Expected = { runtime: RuntimeName; level: IsolationLevel; limits: RunLimits; hasRunUids: boolean }

/** Layers that the level without namespaces does not have. */
const byNamespaces = ['hidden files', 'own processes', 'namespaces']

/** Compares what was found with what the level promises. Pure: the same facts give the same findings. */
export function judge({ inside, outside }: ProbeFacts, expected: Expected): Finding[] {
  const findings = [...judgeTries(inside), ...judgeSurroundings(inside), ...judgeProcess(outside, expected)]
  if (hasNamespaces(expected.level)) return findings
  return findings.map((it) => (byNamespaces.includes(it.layer) ? { ...it, state: 'not asked for' } : it))
}

/** How the kernel and the filters say no; files of the host are not there at all. */
const refusals = ['EPERM', 'EACCES', 'ENOSYS', 'EROFS']
const fileRefusals = [...refusals, 'ENOENT', 'ENOTDIR']

function judgeTries({ tries }: InsideFacts): Finding[] {
  const layers = [...new Set(tries.map(([layer]) => layer))]
  return layers.map((layer) => {
    const own = tries.filter((it) => it[0] === layer)
    // A socket's path and a program's file may be refused before the call itself is.
    const accepted = ['files', 'hidden files', 'processes', 'network'].includes(layer) ? fileRefusals : refusals
    const broken = own.filter(([, , got]) => !accepted.includes(got))
    if (own.length > 0 && broken.length === 0) return holds(layer, `${own.length} tries refused`)
    return gap(
      layer,
      `it could ${broken.map(([, what, got]) => (got === 'done' ? what : `${what} (${got})`)).join(', ')}`,
    )
  })
}

/** Set for every run (sandbox/runtime-files.ts, the runtimes); all else would come from the host. */
const knownVariables = [
  ...['HOME', 'LANG', 'LC_ALL', 'MALLOC_ARENA_MAX', 'MKL_NUM_THREADS', 'MPLCONFIGDIR', 'OMP_NUM_THREADS'],
  ...['OPENBLAS_NUM_THREADS', 'OPENSSL_CONF', 'PWD', 'TMPDIR', 'TZ', 'TZDIR'],
]
/** The run's channel and its two outputs. */
const mostSockets = 3

function judgeSurroundings({ descriptors, environment }: InsideFacts): Finding[] {
  const kinds = Object.entries(descriptors)
  const openFiles = kinds.filter(([, kind]) => ['file', 'directory', 'block device'].includes(kind))
  const sockets = kinds.filter(([, kind]) => kind === 'socket')
  const strange = environment.filter((name) => !knownVariables.includes(name))
  return [
    openFiles.length === 0 && sockets.length <= mostSockets
      ? holds('descriptors', `${kinds.length} open, all its own`)
      : gap('descriptors', `open are ${kinds.map(([fd, kind]) => `${fd} (${kind})`).join(', ')}`),
    strange.length === 0
      ? holds('environment', `${environment.length} variables, none of the host's`)
      : gap('environment', `it has ${strange.join(', ')}`),
  ]
}

function judgeProcess(outside: OutsideFacts, expected: Expected): Finding[] {
  const { status } = outside
  const filters = Number(status.Seccomp_filters ?? 0)
  const capabilities = ['CapInh', 'CapPrm', 'CapEff', 'CapAmb'].filter((name) => !/^0+$/.test(status[name] ?? ''))
  const nested = (status.NSpid ?? '').split(/\s+/)
  return [
    status.Seccomp === '2' && (status.Seccomp_filters === undefined || filters >= 2)
      ? holds('seccomp', `on, ${filters || 'unknown number of'} filters (the zygote's and the run's own)`)
      : gap('seccomp', `mode ${status.Seccomp ?? '0'} with ${filters} filters; it must be mode 2 with 2`),
    capabilities.length === 0
      ? holds('capabilities', 'none')
      : gap('capabilities', `${capabilities.join(', ')} not empty`),
    status.NoNewPrivs === '1' ? holds('no new privileges', 'set') : gap('no new privileges', 'not set'),
    // Its files in /proc belong to root when it is not dumpable; they cannot tell for a process of root itself.
    outside.procOwner === 0 && !(status.Uid ?? '').startsWith('0\t')
      ? holds('no traces', 'not dumpable: it cannot be traced and leaves no core')
      : gap('no traces', 'it is dumpable'),
    nested.at(-1) === '1' && nested.length >= 3
      ? holds('own processes', 'it is process 1 of a pid namespace of its own')
      : gap('own processes', `it is process ${nested.join(' ')}`),
    judgeNamespaces(outside),
    judgeUser(status, expected),
    judgeLimits(outside.limits, expected),
  ]
}

const wantedNamespaces = ['ipc', 'mnt', 'net', 'pid', 'user', 'uts']

function judgeNamespaces({ ownNamespaces }: OutsideFacts): Finding {
  if (!ownNamespaces) return { layer: 'namespaces', state: 'unknown', found: 'only root can see them from here' }
  const shared = wantedNamespaces.filter((kind) => !ownNamespaces.includes(kind))
  return shared.length === 0
    ? holds('namespaces', `own ${ownNamespaces.join(' ')}`)
    : gap('namespaces', `it shares ${shared.join(', ')} with the host`)
}

function judgeUser(status: OutsideFacts['status'], { hasRunUids }: Expected): Finding {
  const ids = [...new Set([...(status.Uid ?? '').split(/\s+/), ...(status.Gid ?? '').split(/\s+/)])]
  if (!hasRunUids) {
    const found = 'runs share the uid of the service, which is not root and cannot hand out others'
    return { layer: 'own user', state: 'not asked for', found }
  }
  return ids.length === 1 && ids[0] !== '0' && (status.Groups ?? '') === ''
    ? holds('own user', `uid ${ids[0]}, no groups`)
    : gap('own user', `ids ${ids.join(', ')}, groups ${status.Groups || 'none'}`)
}

function judgeLimits(limits: OutsideFacts['limits'], expected: Expected): Finding {
  const { runtime, level, limits: allowed, hasRunUids } = expected
  // Where all of a user's processes count there must be a limit, whatever it is (ADR 4).
  const threads = countsOwnThreads(level, hasRunUids)
    ? allowed.threads + parkedThreads(runtime, level)
    : Number.MAX_SAFE_INTEGER
  const wanted: [name: string, most: number][] = [
    ['Max core file size', 0],
    ['Max file size', 0],
    ['Max msgqueue size', 0],
    ['Max pending signals', 256],
    ['Max open files', allowed.openFiles],
    ['Max processes', threads],
    ['Max cpu time', coarseCpuSeconds(allowed.cpuMs)],
    ['Max data size', Number.MAX_SAFE_INTEGER],
  ]
  const wrong = wanted.filter(([name, most]) => (limits[name] ?? Number.POSITIVE_INFINITY) > most)
  return wrong.length === 0
    ? holds('limits', `${wanted.length} set by the kernel`)
    : gap('limits', wrong.map(([name]) => `${name.toLowerCase()} is ${limits[name] ?? 'unlimited'}`).join(', '))
}

function holds(layer: string, found: string): Finding {
  return { layer, state: 'holds', found }
}

function gap(layer: string, found: string): Finding {
  return { layer, state: 'gap', found }
}
