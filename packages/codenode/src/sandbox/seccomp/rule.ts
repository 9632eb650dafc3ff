import type { syscallsAarch64 } from './syscalls-aarch64.ts'
import type { syscallsX8664 } from './syscalls-x86_64.ts'

/** A system call of x86_64 or of aarch64, by the kernel's name. */
export type SyscallName = keyof typeof syscallsX8664 | keyof typeof syscallsAarch64

/** What the kernel does with a call. `errno: 0` answers with success without doing anything. */
export type Action = 'allow' | 'kill the process' | { errno: number }

/** A number, or all numbers from the first to the second. Unsigned 32 bits. */
export type NumberOrRange = number | readonly [from: number, to: number]

/** Bits of an argument; some flags of `open` have other values on each architecture. */
export type Bits = number | { readonly x86_64: number; readonly aarch64: number }

/**
 * A test of one argument (0–5). All but `isNull` look at the low 32 bits only, as the kernel does for `int` and
 * `unsigned int` parameters and for the flags of `clone`: whoever compares 64 bits there can be passed with a set high
 * bit (CVE-2019-10063).
 */
export type Condition =
  | { arg: number; mask?: Bits; isOneOf: readonly NumberOrRange[] }
  | { arg: number; mask?: Bits; isNoneOf: readonly NumberOrRange[] }
  /** All 64 bits are zero: for pointers. */
  | { arg: number; isNull: true }
  /** The caller's process id, which is filled in when the filter is loaded; see `pidOffsets`. */
  | { arg: number; isOwnPid: true }
  /** At least one of these holds. */
  | { anyOf: readonly Condition[] }

/** Calls with the same treatment: `answer` if every condition holds, `otherwise` if not. */
export type Rule = {
  calls: readonly SyscallName[]
  when: readonly Condition[]
  answer: Action
  /** Default: the policy's default. Or more conditions, with their own answer. */
  otherwise?: Action | Omit<Rule, 'calls'>
}

/** A whole filter as data. Every call that no rule names gets `byDefault`. */
export type Policy = {
  rules: readonly Rule[]
  byDefault: Action
  /** For numbers that are newer than our tables. */
  aboveTable: Action
}

/** These calls may be made with any arguments. */
export function allow(...calls: SyscallName[]): Rule {
  return { calls, when: [], answer: 'allow' }
}

/** These calls may be made when every condition holds. */
export function allowIf(calls: SyscallName | readonly SyscallName[], ...when: Condition[]): Rule {
  return { calls: typeof calls === 'string' ? [calls] : calls, when, answer: 'allow' }
}

/** These calls are always answered with this error. */
export function refuse(errno: number, ...calls: SyscallName[]): Rule {
  return { calls, when: [], answer: { errno } }
}

/** None of these bits is set. */
export function noBit(arg: number, bits: Bits): Condition {
  return { arg, mask: bits, isOneOf: [0] }
}

/** No bit is set but, perhaps, these. */
export function onlyBits(arg: number, bits: Bits): Condition {
  const mask = typeof bits === 'number' ? ~bits >>> 0 : { x86_64: ~bits.x86_64 >>> 0, aarch64: ~bits.aarch64 >>> 0 }
  return { arg, mask, isOneOf: [0] }
}

/** The process number of the caller, or 0, which means the caller too. */
export function isItself(arg: number): Condition {
  return {
    anyOf: [
      { arg, isOneOf: [0] },
      { arg, isOwnPid: true },
    ],
  }
}
