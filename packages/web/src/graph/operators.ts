const ofTexts = [
  'is',
  'is not',
  'contains',
  'not contains',
  'start with',
  'end with',
  'empty',
  'not empty',
  'in',
  'not in',
]
const ofNumbers = ['=', '≠', '>', '<', '≥', '≤', 'empty', 'not empty']
const ofLists = ['contains', 'not contains', 'all of', 'empty', 'not empty']
const ofObjects = ['empty', 'not empty', 'exists', 'not exists']

/** The comparisons that make sense for a type, spelled as in Dify's DSL. */
export function operatorsFor(type: string): readonly string[] {
  if (type === 'number') return ofNumbers
  if (type === 'boolean') return ['is', 'is not']
  if (type.startsWith('array')) return ofLists
  if (type === 'object' || type === 'file') return ofObjects
  return type === 'any' ? [...new Set([...ofTexts, ...ofNumbers])] : ofTexts
}

/** Whether a comparison has something that it compares with. */
export function takesValue(operator: string): boolean {
  return !['empty', 'not empty', 'null', 'not null', 'exists', 'not exists'].includes(operator)
}
