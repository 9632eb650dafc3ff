import type { Program } from '../contract/program.ts'
import { buildFrame, frameTypes } from './frames.ts'
import { coarseCpuSeconds } from './rlimits.ts'

/** The frame that gives a child its program; docs/protocol.md §2. `threads`: what it is to ask of the kernel. */
export function buildRunFrame(program: Program, threads: number): Buffer {
  const { language, mode, code, inputsJson, inputNames, limits, bigIntegers } = program
  const codeBytes = Buffer.from(code)
  const head = Buffer.from(
    JSON.stringify({
      language,
      mode,
      codeBytes: codeBytes.length,
      inputNames,
      bigIntegers,
      limits: {
        cpuSeconds: coarseCpuSeconds(limits.cpuMs),
        memoryBytes: limits.memoryBytes,
        threads,
        openFiles: limits.openFiles,
      },
    }),
  )
  const headLength = Buffer.allocUnsafe(4)
  headLength.writeUInt32LE(head.length, 0)
  return buildFrame(frameTypes.run, [headLength, head, codeBytes, Buffer.from(inputsJson)])
}
