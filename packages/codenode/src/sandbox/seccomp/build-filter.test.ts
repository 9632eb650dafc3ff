import { describe, expect, test } from 'vitest'
import { ARCHITECTURES, type Architecture, bitsOn, buildFilter, NO_PID, toArchitecture } from './build-filter.ts'
import { interpret, inWords } from './interpret.ts'
import { LEGACY_X86_CALLS } from './legacy-x86-calls.ts'
import { childPolicy, zygotePolicy } from './policy.ts'
import { type Action, allow, type Condition, type Policy, type Rule, type SyscallName } from './rule.ts'

const X32_BIT = 0x40000000
const ARCHES = ['x86_64', 'aarch64'] as const
const POLICIES = {
  'child of python': childPolicy('python'),
  'child of javascript': childPolicy('javascript'),
  'zygote of python': zygotePolicy('python'),
  'zygote of javascript': zygotePolicy('javascript'),
  'child of python with a /tmp': childPolicy('python', 'tmp'),
  'zygote of javascript whose children may have a /tmp': zygotePolicy('javascript', 'tmp'),
}
const EVERY_FILTER = Object.entries(POLICIES).flatMap(([name, policy]) =>
  ARCHES.map((arch) => ({ name, policy, arch })),
)

/** The rule for a number, found by its name. */
function ruleOf(policy: Policy, arch: Architecture, number: number): Rule | undefined {
  const name = Object.entries(ARCHITECTURES[arch].numbers).find(([, one]) => one === number)?.[0]
  return policy.rules.find(({ calls }) => calls.includes(name as SyscallName))
}

/** What the policy says, read rule by rule: the plain version of the program. `rule`: that of the number. */
function expected(
  policy: Policy,
  arch: Architecture,
  number: number,
  args: bigint[],
  rule = ruleOf(policy, arch, number),
): string | number {
  if (arch === 'x86_64' && number >= X32_BIT) return 'kill'
  if (number > 450) return toWord(policy.aboveTable)
  if (!rule) return toWord(policy.byDefault)
  return toWord(answerOf(rule, policy.byDefault, args, arch))
}

function answerOf(rule: Omit<Rule, 'calls'>, byDefault: Action, args: bigint[], arch: Architecture): Action {
  if (rule.when.every((condition) => holds(condition, args, arch))) return rule.answer
  const next = rule.otherwise ?? byDefault
  return typeof next === 'object' && 'when' in next ? answerOf(next, byDefault, args, arch) : next
}

function holds(condition: Condition, args: bigint[], arch: Architecture): boolean {
  if ('anyOf' in condition) return condition.anyOf.some((one) => holds(one, args, arch))
  const value = args[condition.arg] ?? 0n
  if ('isNull' in condition) return value === 0n
  const low = Number(value & 0xffffffffn)
  if ('isOwnPid' in condition) return low === NO_PID
  const masked = Number(BigInt(low) & BigInt(bitsOn(arch, condition.mask ?? 0xffffffff)))
  const isIn = (list: readonly (number | readonly [number, number])[]) =>
    list.some((one) => (typeof one === 'number' ? masked === one : masked >= one[0] && masked <= one[1]))
  return 'isOneOf' in condition ? isIn(condition.isOneOf) : !isIn(condition.isNoneOf)
}

function toWord(action: Action): string | number {
  if (action === 'allow') return 'allow'
  return action === 'kill the process' ? 'kill' : action.errno
}

/** The values around every edge that a condition has, each also with bits set in the high word. */
function edges(rule: Rule, arg: number): bigint[] {
  const low = new Set([0, 1, 2, 0x80000000, 0xffffffff, NO_PID])
  for (const condition of simpleConditions(rule.when).filter((one) => one.arg === arg)) {
    const list = 'isOneOf' in condition ? condition.isOneOf : 'isNoneOf' in condition ? condition.isNoneOf : []
    for (const edge of list.flat()) for (const near of [-1, 0, 1]) low.add((edge + near) >>> 0)
    if ('mask' in condition)
      for (let bit = 0; bit < 32; bit += 1) for (const edge of list.flat()) low.add((edge ^ (1 << bit)) >>> 0)
  }
  return [...low].flatMap((value) => [BigInt(value), BigInt(value) | (1n << 32n), BigInt(value) | (0xffffffffn << 32n)])
}

/** The conditions that look at an argument, those behind an `anyOf` too. */
function simpleConditions(conditions: readonly Condition[]): Exclude<Condition, { anyOf: unknown }>[] {
  return conditions.flatMap((one) => ('anyOf' in one ? simpleConditions(one.anyOf) : [one]))
}

/** All pairs of edges of the arguments that the rule looks at; the other arguments hold all ones, which are not looked at. */
function argumentLists(rule: Rule): bigint[][] {
  const looked = [...new Set(simpleConditions(rule.when).map(({ arg }) => arg))]
  const others = Array.from({ length: 6 }, () => 0xffffffffffffffffn)
  return looked.reduce(
    (lists, arg) => lists.flatMap((list) => edges(rule, arg).map((value) => list.with(arg, value))),
    [others],
  )
}

describe.each(EVERY_FILTER)('the filter for a $name on $arch', ({ policy, arch }) => {
  const { audit, numbers } = ARCHITECTURES[arch]
  const { program, pidOffsets } = buildFilter(policy, arch)
  const ask = (number: number, args: bigint[] = []) => inWords(interpret(program, { number, arch: audit, args }).action)

  test('answers every number from 0 to 1023, and odd ones, as the policy says', () => {
    const odd = [X32_BIT - 1, X32_BIT, X32_BIT + 59, X32_BIT + 512, 0x7fffffff, 0x80000000, 0xffffffff]
    const args = [0n, 0n, 0n, 0n, 0n, 0n]
    for (const number of [...Array(1024).keys(), ...odd]) {
      expect([number, ask(number, args)]).toEqual([number, expected(policy, arch, number, args)])
    }
  })

  test('decides by arguments as the policy says, at every edge, whatever the high words hold', () => {
    for (const rule of policy.rules) {
      const lists = argumentLists(rule)
      for (const number of rule.calls.map((name) => numbers[name]).filter((one) => one !== undefined)) {
        const found = ruleOf(policy, arch, number)
        const wrong = lists.filter((args) => ask(number, args) !== expected(policy, arch, number, args, found))
        expect({ number, wrong }).toEqual({ number, wrong: [] })
      }
    }
  })

  test('kills whoever calls by another convention', () => {
    const others = [0x40000003 /* i386 */, 0x40000028 /* arm */, 0xc000003e, 0xc00000b7, 0].filter(
      (one) => one !== audit,
    )
    for (const other of others) expect(inWords(interpret(program, { number: 0, arch: other }).action)).toBe('kill')
  })

  test('finds each number in a few steps, so that loading is cheap', () => {
    const steps = Array.from({ length: 512 }, (_, number) => interpret(program, { number, arch: audit }).steps)
    expect(Math.max(...steps)).toBeLessThanOrEqual(24)
    expect(steps.reduce((sum, one) => sum + one) / steps.length).toBeLessThanOrEqual(12)
    expect(program.length / 8).toBeLessThanOrEqual(512)
  })

  test('holds no usable process id until one is filled in', () => {
    expect(pidOffsets.length > 0).toBe(
      policy.rules.some(({ when }) => simpleConditions(when).some((one) => 'isOwnPid' in one)),
    )
    for (const offset of pidOffsets) expect(program.readUInt32LE(offset)).toBe(NO_PID)
  })
})

test.each(EVERY_FILTER)(
  'every name in the rules for a $name is known on $arch or listed as legacy',
  ({ policy, arch }) => {
    const { numbers } = ARCHITECTURES[arch]
    const unknown = policy.rules.flatMap(({ calls }) => calls).filter((name) => numbers[name] === undefined)
    expect(unknown.filter((name) => arch === 'x86_64' || !LEGACY_X86_CALLS.has(name))).toEqual([])
  },
)

test('the list of legacy calls holds what x86_64 alone has and the rules name, and nothing else', () => {
  const named = Object.values(POLICIES).flatMap(({ rules }) => rules.flatMap(({ calls }) => calls))
  const x86Only = new Set(named.filter((name) => ARCHITECTURES.aarch64.numbers[name] === undefined))
  expect([...LEGACY_X86_CALLS].sort()).toEqual([...x86Only].sort())
})

test('a mistake in a policy stops the build', () => {
  const policy = (...rules: Rule[]): Policy => ({ rules, byDefault: { errno: 1 }, aboveTable: { errno: 38 } })
  expect(() => buildFilter(policy(allow('read'), allow('read')), 'x86_64')).toThrow('two rules for system call 0')
  expect(() => buildFilter(policy(allow('ustat')), 'aarch64')).toThrow('aarch64 has no system call ustat')
})

test('machines without tables have no name', () => {
  expect(['x64', 'arm64', 'ia32', 'riscv64'].map(toArchitecture)).toEqual(['x86_64', 'aarch64', null, null])
})
