import { formatSelector } from 'codenode/contract'
import type { UpstreamVariable } from '../graph/document.ts'
import type { PickerOption } from '../ui/find-options.ts'

/** Variables as options of a picker, by node; those that never have a value say why. */
export function variableOptions(upstream: readonly UpstreamVariable[]): PickerOption[] {
  return upstream.map((variable) => ({
    id: formatSelector(variable.selector),
    label: nameOf(variable),
    group: sourceOf(variable),
    note: variable.type,
  }))
}

/** The variable with where it comes from. */
export function describeVariable(variable: UpstreamVariable): string {
  return `${sourceOf(variable)} / ${nameOf(variable)}`
}

function nameOf({ selector }: UpstreamVariable): string {
  return selector.slice(1).join('.')
}

function sourceOf({ nodeTitle, noValue }: UpstreamVariable): string {
  return noValue === undefined ? nodeTitle : `${nodeTitle} (${noValue})`
}
