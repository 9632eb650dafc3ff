import { CodenodeError } from '../../src/contract/error.ts'

/** The code of what is thrown. */
export function refusalOf(attempt: () => unknown): string {
  try {
    attempt()
  } catch (error) {
    if (error instanceof CodenodeError) return String(error.code)
    throw error
  }
  return 'nothing was thrown'
}
