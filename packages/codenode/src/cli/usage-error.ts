/** The command was called wrongly: what happened, where, and what to do. Ends with exit code 2. */
export class UsageError extends Error {
  readonly advice: string

  constructor(message: string, advice: string, options?: { cause?: unknown }) {
    super(message, options)
    this.name = 'UsageError'
    this.advice = advice
  }
}
