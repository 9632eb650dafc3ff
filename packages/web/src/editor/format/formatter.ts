/** The code, formatted; throws `FormatError` where it is no program. */
export type Formatter = (code: string) => Promise<string>

/** The code cannot be formatted because of this line, from 1. */
export class FormatError extends Error {
  readonly line: number

  constructor(line: number, reason: string) {
    super(reason)
    this.name = 'FormatError'
    this.line = line
  }
}

/** The widest line that a formatter leaves whole. */
export const lineWidth = 100
