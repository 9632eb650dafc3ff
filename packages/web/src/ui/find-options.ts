import type { PickerOption } from './picker.tsx'

/** The options that hold every word of the query in their label, group or note, in their order. */
export function findOptions(options: readonly PickerOption[], query: string): readonly PickerOption[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean)
  if (words.length === 0) return options
  return options.filter(({ label, group, note = '' }) => {
    const text = `${group} ${label} ${note}`.toLowerCase()
    return words.every((word) => text.includes(word))
  })
}
