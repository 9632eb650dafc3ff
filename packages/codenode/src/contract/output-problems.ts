import type { JsonValue } from './values.ts'

/** Which rule a value breaks. Of a value that is missing or of another type, `allowed` is the declared type. */
export type Refusal = { code: OutputProblemCode; found: string; allowed: string }

export type OutputProblemCode =
  | 'output_missing'
  | 'output_wrong_type'
  | 'output_too_long'
  | 'output_out_of_range'
  | 'output_too_precise'
  | 'output_too_deep'

/** How a problem reads after the name of the value. */
export function describeProblem({ code, found, allowed }: Refusal): string {
  switch (code) {
    case 'output_missing':
      return `is missing; it is declared as ${allowed}`
    case 'output_wrong_type':
      return `is ${found} but is declared as ${allowed}`
    case 'output_too_long':
    case 'output_out_of_range':
    case 'output_too_precise':
    case 'output_too_deep':
      return `is ${found}; it must be ${allowed}`
  }
}

/** One rule that a value breaks, and where. */
export type OutputProblem = { path: string } & Refusal

/** A value as a failure shows it. `isWhole`: nothing of it was left out. */
export type ShownValue = { value: JsonValue; isWhole: boolean }
