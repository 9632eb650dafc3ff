import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs'

/** What the host's kernel says about the process of a run. */
export type OutsideFacts = {
  /** The lines of /proc/PID/status. */
  status: Readonly<Record<string, string>>
  /** Hard limits by the kernel's names; null where there is none. */
  limits: Readonly<Record<string, number | null>>
  /** The user that its files in /proc belong to: root where the process is not dumpable. */
  procOwner: number
  /** Namespaces that are not the host's; null where this process may not see them. */
  ownNamespaces: readonly string[] | null
}

/** Looks at a process from the host. */
export function readOutside(pid: number): OutsideFacts {
  return {
    status: readStatus(pid),
    limits: readLimits(pid),
    procOwner: statSync(`/proc/${pid}/status`).uid,
    ownNamespaces: readOwnNamespaces(pid),
  }
}

/** The processes that a process has started, in the host's numbers. */
export function childPids(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number)
}

function readStatus(pid: number): Record<string, string> {
  const lines = readFileSync(`/proc/${pid}/status`, 'utf8').split('\n')
  return Object.fromEntries(
    lines.map((line) => line.split(/:\s*/, 2)).map(([key = '', value = '']) => [key, value.trim()]),
  )
}

function readLimits(pid: number): Record<string, number | null> {
  const lines = readFileSync(`/proc/${pid}/limits`, 'utf8').split('\n').slice(1).filter(Boolean)
  return Object.fromEntries(
    lines.map((line) => {
      const [, name = '', hard = ''] = /^(.*?)\s{2,}\S+\s+(\S+)/.exec(line) ?? []
      return [name, hard === 'unlimited' ? null : Number(hard)]
    }),
  )
}

function readOwnNamespaces(pid: number): string[] | null {
  try {
    const kinds = readdirSync('/proc/self/ns').filter((kind) => !kind.endsWith('_for_children'))
    return kinds.filter((kind) => readlinkSync(`/proc/${pid}/ns/${kind}`) !== readlinkSync(`/proc/self/ns/${kind}`))
  } catch {
    return null // the kernel shows them to root and to those who may trace the process only
  }
}
