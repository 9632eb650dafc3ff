import type { FailureCode } from '../contract/failures.ts'
import { failures } from '../contract/failures.ts'
import type { RunRecord } from '../contract/record.ts'
import type { WorkflowRecord } from '../contract/workflow-record.ts'

/**
 * What the command's exit status tells. `exception` and `partial-succeeded` count as success: the node's own error
 * strategy handled the failure. Cancelled is what shells use for an interrupted command.
 */
export const exitCodes = { success: 0, codeFailed: 1, usage: 2, platform: 3, cancelled: 130 } as const

export type ExitName = keyof typeof exitCodes

export const exitMeanings: Readonly<Record<ExitName, string>> = {
  success: 'success',
  codeFailed: 'the code failed',
  usage: 'usage or configuration',
  platform: 'platform',
  cancelled: 'cancelled',
}

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

export function exitCodeOfRecord({
  status,
  error,
}: Pick<RunRecord, 'status' | 'error'> | Pick<WorkflowRecord, 'status' | 'error'>): ExitCode {
  switch (status) {
    case 'succeeded':
    case 'exception':
    case 'partial-succeeded':
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
