import { BpfAssembler, type Place, SECCOMP_DATA } from './bpf.ts'
import { LEGACY_X86_CALLS } from './legacy-x86-calls.ts'
import type { Action, Bits, Condition, Policy, Rule, SyscallName } from './rule.ts'
import { addSearch, type Interval, toIntervals } from './search.ts'
import { syscallsAarch64 } from './syscalls-aarch64.ts'
import { syscallsX8664 } from './syscalls-x86_64.ts'

export type Architecture = keyof typeof ARCHITECTURES

/** A seccomp program: an array of `struct sock_filter`, as bubblewrap's `--seccomp FD` and `prctl` take it. */
export type Filter = {
  program: Buffer
  /**
   * Byte offsets of the u32 (little endian) process ids to be filled in before the program is loaded: 1 if the process
   * is the first of its own pid namespace. As built they hold `NO_PID`, so that a forgotten pid refuses every signal.
   */
  pidOffsets: number[]
}

/** Above the kernel's highest possible process id. */
export const NO_PID = 0x7fffffff

/** `audit` is AUDIT_ARCH_*: what the kernel reports for calls by the native 64-bit convention. */
export const ARCHITECTURES = {
  x86_64: { audit: 0xc000003e, numbers: syscallsX8664 as Partial<Record<SyscallName, number>>, x32From: 0x40000000 },
  aarch64: { audit: 0xc00000b7, numbers: syscallsAarch64 as Partial<Record<SyscallName, number>>, x32From: null },
} as const

/** Our name for what `process.arch` says, or null where we have no tables. */
export function toArchitecture(nodeArch: string): Architecture | null {
  if (nodeArch === 'x64') return 'x86_64'
  return nodeArch === 'arm64' ? 'aarch64' : null
}

/**
 * Translates a policy. Numbers are found by binary search: the kernel runs the program once for every number when it is
 * loaded (to cache what is always allowed), and every run loads one.
 */
export function buildFilter(policy: Policy, arch: Architecture): Filter {
  const { audit } = ARCHITECTURES[arch]
  const bpf = new BpfAssembler()
  const kill = addAction(bpf, 'kill the process')
  const search = addSearch(bpf, callIntervals(bpf, policy, arch))
  const native = bpf.load(SECCOMP_DATA.number, search)
  const start = bpf.load(SECCOMP_DATA.arch, bpf.jumpIf('==', audit, native, kill))
  const { program, marks } = bpf.finish(start)
  return { program, pidOffsets: marks }
}

function callIntervals(bpf: BpfAssembler, policy: Policy, arch: Architecture): Interval[] {
  const { numbers, x32From } = ARCHITECTURES[arch]
  const places = new Map<number, Place>()
  for (const rule of policy.rules) {
    for (const number of numbersOf(rule, arch)) {
      if (places.has(number)) throw new Error(`two rules for system call ${number}`)
      places.set(number, addRule(bpf, rule, policy.byDefault, arch))
    }
  }
  const byDefault = addAction(bpf, policy.byDefault)
  const end = Math.max(...Object.values(numbers)) + 1
  const intervals = Array.from({ length: end }, (_, from) => ({ from, to: places.get(from) ?? byDefault }))
  intervals.push({ from: end, to: addAction(bpf, policy.aboveTable) })
  // The x32 calls of x86_64 have numbers of their own, with this bit set; nothing honest makes them.
  if (x32From !== null) intervals.push({ from: x32From, to: addAction(bpf, 'kill the process') })
  return intervals
}

function numbersOf(rule: Rule, arch: Architecture): number[] {
  return rule.calls.flatMap((name) => {
    const number = ARCHITECTURES[arch].numbers[name]
    if (number !== undefined) return [number]
    if (arch === 'aarch64' && LEGACY_X86_CALLS.has(name)) return []
    throw new Error(`${arch} has no system call ${name}`)
  })
}

function addRule(bpf: BpfAssembler, rule: Omit<Rule, 'calls'>, byDefault: Action, arch: Architecture): Place {
  const next = rule.otherwise ?? byDefault
  const otherwise =
    typeof next === 'object' && 'when' in next ? addRule(bpf, next, byDefault, arch) : addAction(bpf, next)
  return rule.when.reduceRight(
    (then, condition) => addCondition(bpf, condition, then, otherwise, arch),
    addAction(bpf, rule.answer),
  )
}

function addCondition(
  bpf: BpfAssembler,
  condition: Condition,
  then: Place,
  otherwise: Place,
  arch: Architecture,
): Place {
  if ('anyOf' in condition) {
    return condition.anyOf.reduceRight((next, one) => addCondition(bpf, one, then, next, arch), otherwise)
  }
  const low = SECCOMP_DATA.low(condition.arg)
  if ('isOwnPid' in condition) return bpf.load(low, bpf.jumpIf('==', NO_PID, then, otherwise, 'fill in later'))
  if ('isNull' in condition) {
    const high = bpf.load(SECCOMP_DATA.high(condition.arg), bpf.jumpIf('==', 0, then, otherwise))
    return bpf.load(low, bpf.jumpIf('==', 0, high, otherwise))
  }
  const isListed = 'isOneOf' in condition
  const search = isListed
    ? addSearch(bpf, toIntervals(condition.isOneOf, then, otherwise))
    : addSearch(bpf, toIntervals(condition.isNoneOf, otherwise, then))
  return bpf.load(low, condition.mask === undefined ? search : bpf.and(bitsOn(arch, condition.mask), search))
}

/** The bits as a number. */
export function bitsOn(arch: Architecture, bits: Bits): number {
  return typeof bits === 'number' ? bits : bits[arch]
}

function addAction(bpf: BpfAssembler, action: Action): Place {
  if (action === 'allow') return bpf.return(0x7fff0000) // SECCOMP_RET_ALLOW
  if (action === 'kill the process') return bpf.return(0x80000000) // SECCOMP_RET_KILL_PROCESS
  return bpf.return(0x00050000 | action.errno) // SECCOMP_RET_ERRNO
}
