import { expect, test } from 'vitest'
import { BpfAssembler, INSTRUCTION_BYTES, type Place, SECCOMP_DATA } from './bpf.ts'
import { interpret } from './interpret.ts'

const run = (program: Buffer, number: number, ...args: bigint[]) => interpret(program, { number, arch: 0, args }).action

test('a program is laid out in the order in which it runs', () => {
  const bpf = new BpfAssembler()
  const yes = bpf.return(1)
  const no = bpf.return(2)
  const { program, marks } = bpf.finish(bpf.load(0, bpf.jumpIf('==', 7, yes, no)))
  expect(program.toString('hex').match(/.{16}/g)).toEqual([
    '2000000000000000', // load word 0
    '1500010007000000', // == 7 ? skip 1 : go on
    '0600000002000000', // return 2
    '0600000001000000', // return 1
  ])
  expect(marks).toEqual([])
})

test.each([
  ['==', [false, true, false]],
  ['>', [false, false, true]],
  ['>=', [false, true, true]],
] as const)('%s compares unsigned', (comparison, expected) => {
  const bpf = new BpfAssembler()
  const compare = bpf.jumpIf(comparison, 0x80000000, bpf.return(1), bpf.return(0))
  const { program } = bpf.finish(bpf.load(SECCOMP_DATA.number, compare))
  expect([0x7fffffff, 0x80000000, 0x80000001].map((number) => run(program, number) === 1)).toEqual(expected)
})

test('bits are tested and masked, in both words of an argument', () => {
  const bpf = new BpfAssembler()
  const no = bpf.return(0)
  const high = bpf.load(SECCOMP_DATA.high(2), bpf.jumpIf('&', 0x80000000, bpf.return(1), no))
  const low = bpf.load(SECCOMP_DATA.low(2), bpf.and(0xffff00ff, bpf.jumpIf('==', 5, high, no)))
  const { program } = bpf.finish(low)
  expect(run(program, 0, 0n, 0n, 0x8000000000001205n)).toBe(1)
  expect(run(program, 0, 0n, 0n, 0x8000000000011205n)).toBe(0)
  expect(run(program, 0, 0n, 0n, 0x7000000000001205n)).toBe(0)
})

test('targets that are out of reach of a conditional jump are reached all the same', () => {
  const bpf = new BpfAssembler()
  const far = bpf.load(SECCOMP_DATA.low(0), bpf.jumpIf('==', 1, bpf.return(77), bpf.return(78)))
  let next: Place = bpf.return(0)
  for (let number = 1500; number > 0; number -= 1) {
    next = bpf.jumpIf('==', number, number % 3 ? far : bpf.return(number % 5), next)
  }
  const { program } = bpf.finish(bpf.load(SECCOMP_DATA.number, next))
  for (let number = 0; number <= 1501; number += 1) {
    const isListed = number > 0 && number <= 1500
    const expected = !isListed ? 0 : number % 3 ? 77 : number % 5
    expect(run(program, number, 1n)).toBe(expected)
  }
})

test('equal instructions are shared and a choice between equals disappears', () => {
  const bpf = new BpfAssembler()
  const yes = bpf.return(1)
  expect(bpf.return(1)).toBe(yes)
  expect(bpf.load(4, yes)).toBe(bpf.load(4, yes))
  expect(bpf.jumpIf('>', 9, yes, yes)).toBe(yes)
})

test('a constant that is filled in later is told by its offset and shared only with its like', () => {
  const bpf = new BpfAssembler()
  const [yes, no] = [bpf.return(1), bpf.return(0)]
  const plain = bpf.jumpIf('==', 5, yes, no)
  const later = bpf.jumpIf('==', 5, yes, no, 'fill in later')
  expect(later).not.toBe(plain)
  const { program, marks } = bpf.finish(bpf.load(0, later))
  expect(marks).toEqual([INSTRUCTION_BYTES + 4])
  program.writeUInt32LE(42, INSTRUCTION_BYTES + 4)
  expect([5, 42].map((number) => run(program, number))).toEqual([0, 1])
})

test('a program that the kernel would refuse for its length is refused here', () => {
  const bpf = new BpfAssembler()
  let next: Place = bpf.return(0)
  for (let number = 0; number < 4096; number += 1) next = bpf.jumpIf('==', number, bpf.return(1), next)
  expect(() => bpf.finish(next)).toThrow('too long')
})
