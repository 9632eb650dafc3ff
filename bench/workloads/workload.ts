import type { CodeNodeInput } from 'codenode'

export type BenchLanguage = 'python' | 'javascript'

/** One program in both languages, its inputs, and how to tell that an answer to it is right. */
export type Workload = {
  name: string
  /** What it does, for the report. */
  summary: string
  code: Record<BenchLanguage, string>
  inputs: Record<string, unknown>
  outputs: CodeNodeInput['outputs']
  /** The packages that the program imports. */
  imports: Record<BenchLanguage, readonly string[]>
  /** Throws when the outputs, or what was printed, are not what the program must give. */
  check: (outputs: Record<string, unknown>, printed: string) => void
  /** How much of the result's JSON text is the same in every run. Default: all of it. */
  stablePart?: (resultJson: string) => string
  /** Whether it is also measured with several runs at once. */
  saturates: boolean
}

export const noImports = { python: [], javascript: [] } as const
