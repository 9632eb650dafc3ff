import { INSTRUCTION_BYTES, MAX_INSTRUCTIONS, OPCODES } from './bpf.ts'

/** One system call as a filter sees it. Missing arguments are zero. */
export type SeccompData = { number: number; arch: number; args?: readonly bigint[] }

/**
 * Runs a seccomp program as the kernel would, for tests. Throws where the kernel would refuse to load it.
 * `steps`: how many instructions were executed.
 */
export function interpret(program: Buffer, call: SeccompData): { action: number; steps: number } {
  const count = program.length / INSTRUCTION_BYTES
  if (!Number.isInteger(count) || count < 1 || count > MAX_INSTRUCTIONS) throw new Error(`${count} instructions`)
  const data = toBytes(call)
  let accumulator = 0
  let index = 0
  for (let steps = 1; ; steps += 1) {
    if (index >= count) throw new Error(`runs past its end after ${steps} steps`)
    const at = index * INSTRUCTION_BYTES
    const code = program.readUInt16LE(at)
    const constant = program.readUInt32LE(at + 4)
    const jump = (isTrue: boolean) => program.readUInt8(isTrue ? at + 2 : at + 3)
    index += 1
    if (code === OPCODES.return) return { action: constant, steps }
    if (code === OPCODES.loadWord) accumulator = data.readUInt32LE(constant)
    else if (code === OPCODES.and) accumulator = (accumulator & constant) >>> 0
    else if (code === OPCODES.jumpAlways) index += constant
    else if (code === OPCODES.jumpIfEqual) index += jump(accumulator === constant)
    else if (code === OPCODES.jumpIfGreater) index += jump(accumulator > constant)
    else if (code === OPCODES.jumpIfGreaterOrEqual) index += jump(accumulator >= constant)
    else if (code === OPCODES.jumpIfAnyBit) index += jump((accumulator & constant) !== 0)
    else throw new Error(`unknown instruction 0x${code.toString(16)} at ${index - 1}`)
  }
}

/** A filter's answer in words: `allow`, `kill`, or an error number. */
export function inWords(action: number): 'allow' | 'kill' | number {
  if (action === 0x7fff0000) return 'allow'
  if (action === 0x80000000) return 'kill'
  if (action >>> 16 === 0x0005) return action & 0xffff
  throw new Error(`not an action of ours: 0x${action.toString(16)}`)
}

function toBytes({ number, arch, args = [] }: SeccompData): Buffer {
  const data = Buffer.alloc(64)
  data.writeUInt32LE(number >>> 0, 0)
  data.writeUInt32LE(arch, 4)
  for (const [index, value] of args.entries()) data.writeBigUInt64LE(BigInt.asUintN(64, value), 16 + 8 * index)
  return data
}
