import type { ReactNode } from 'react'

export type PickerOption = {
  id: string
  label: string
  /** Options with the same group stand under it, in their order. */
  group: string
  /** Small text at the end, such as a type. */
  note?: string | undefined
  icon?: ReactNode
}

/** The options that hold every word of the query in their label, group or note, in their order. */
export function findOptions(options: readonly PickerOption[], query: string): readonly PickerOption[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean)
  if (words.length === 0) return options
  return options.filter(({ label, group, note = '' }) => {
    const text = `${group} ${label} ${note}`.toLowerCase()
    return words.every((word) => text.includes(word))
  })
}

/** Options that follow each other under the same group; `from` is the place of the first. */
export function groupsOf(
  options: readonly PickerOption[],
): { group: string; from: number; members: readonly PickerOption[] }[] {
  const starts = options.flatMap(({ group }, index) => (group === options[index - 1]?.group ? [] : [index]))
  return starts.map((from, at) => ({
    group: options[from]?.group ?? '',
    from,
    members: options.slice(from, starts[at + 1]),
  }))
}
