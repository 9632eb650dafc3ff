import type { Difference } from './differences.ts'

/** Whether a program succeeds here and fails in Dify with an error of one of these types. */
export function onlyDifyFails({ dify, ours }: Difference, ...errorTypes: string[]): boolean {
  return dify.status === 'failed' && ours.status === 'succeeded' && errorTypes.includes(dify.errorType)
}

/** Whether a program succeeds in Dify and fails here with an error of this type. */
export function onlyOursFails({ dify, ours }: Difference, errorType: string): boolean {
  return dify.status === 'succeeded' && ours.status === 'failed' && ours.errorType === errorType
}

export function isOnlyRefusedHere({ dify, ours }: Difference): boolean {
  return dify.status !== 'refused' && ours.status === 'refused'
}

export function isOnlyRefusedByDify({ dify, ours }: Difference): boolean {
  return dify.status === 'refused' && ours.status !== 'refused'
}

/** Whether both end the same way, with other outputs. */
export function haveOtherOutputs({ dify, ours }: Difference): boolean {
  return dify.status === ours.status && dify.errorType === ours.errorType && dify.outputs !== ours.outputs
}

/** Whether both fail, with errors of other types. */
export function failOtherwise({ dify, ours }: Difference, difyType: string, oursType: string): boolean {
  return (
    dify.status === 'failed' && ours.status === 'failed' && dify.errorType === difyType && ours.errorType === oursType
  )
}

/** The code of a program; of a workflow all of its nodes. */
export function sourceOf({ case: given }: Difference): string {
  return given.kind === 'program' ? given.node.code : JSON.stringify(given.document)
}

/** The type of the output `r` of a program. */
export function declaredType({ case: given }: Difference): string {
  if (given.kind !== 'program') return ''
  // Whatever a case declares, it has a type.
  return (given.node.outputs.r as { type?: string } | undefined)?.type ?? ''
}

export function isNamed({ case: { name } }: Difference, ...parts: string[]): boolean {
  return parts.some((part) => name.includes(part))
}

/** The outputs with null in place of numbers that JSON has no form for. */
export function withoutNonNumbers(outputs: string): string {
  return outputs.replaceAll(/\{"no JSON number":"-?(nan|inf)"\}/g, 'null')
}
