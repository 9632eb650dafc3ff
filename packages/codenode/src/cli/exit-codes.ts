import type { FailureCode } from '../contract/failures.ts'
import { failures } from '../contract/failures.ts'
import type { RunRecord } from '../contract/record.ts'

/**
 * What the command's exit status tells. `exception` counts as success: the node's own error strategy handled the failure,
 * and a workflow would go on. Cancelled is what shells use for an interrupted command.
 */
export const exitCodes = { success: 0, codeFailed: 1, usage: 2, platform: 3, cancelled: 130 } as const

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

export function exitCodeOfRecord({ status, error }: Pick<RunRecord, 'status' | 'error'>): ExitCode {
  switch (status) {
    case 'succeeded':
    case 'exception':
      return exitCodes.success
    case 'cancelled':
      return exitCodes.cancelled
    case 'failed':
      return error ? exitCodeOfFailure(error.code) : exitCodes.platform
  }
}

export function exitCodeOfFailure(code: FailureCode): ExitCode {
  switch (failures[code].blame) {
    case 'code':
    case 'limit':
      return exitCodes.codeFailed
    case 'configuration':
      return exitCodes.usage
    case 'platform':
      return exitCodes.platform
  }
}
