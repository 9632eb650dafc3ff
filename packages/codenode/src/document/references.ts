import { type Selector, selectorsInText } from '../contract/selector.ts'
import { isObject } from '../contract/values.ts'
import { isEmptyOutput } from './node-settings.ts'
import type { Entry } from './parts/read-entries.ts'
import { hasOldConditions, type Settings } from './read-settings.ts'

/** A selector in a node's settings; `path` is counted from the node's `data`. */
export type Reference = { selector: Selector; path: string }

/** Every variable that a node reads. That which an iteration takes from its inside is not among them. */
export function referencesOf(settings: Settings, { data }: Pick<Entry, 'data'>): Reference[] {
  switch (settings.type) {
    case 'code':
    case 'template-transform':
      return settings.settings.variables.map(({ value_selector: selector }, index) => {
        return { selector, path: `variables[${index}].value_selector` }
      })
    case 'end':
      return settings.settings.outputs.flatMap((output, index) => {
        const path = `outputs[${index}].value_selector`
        return isEmptyOutput(output) ? [] : [{ selector: output.value_selector, path }]
      })
    case 'if-else':
      return referencesOfCases(settings, hasOldConditions(data) ? () => '' : (index) => `cases[${index}].`)
    case 'variable-aggregator':
      return referencesOfGroups(settings)
    case 'iteration':
      return [{ selector: settings.settings.iterator_selector, path: 'iterator_selector' }]
    case 'answer':
      return selectorsInText(settings.settings.answer).map((selector) => ({ selector, path: 'answer' }))
    case 'start':
    case 'iteration-start':
    case 'stand-in':
      return []
  }
}

/** Those of settings that are wrong elsewhere, so that all problems are told at once. */
export function rawReferencesOf({ data }: Pick<Entry, 'data'>): Reference[] {
  if (!Array.isArray(data.variables)) return []
  return data.variables.flatMap((variable: unknown, index) => {
    const selector = isObject(variable) ? variable.value_selector : null
    if (!Array.isArray(selector) || !selector.every((step) => typeof step === 'string')) return []
    return [{ selector, path: `variables[${index}].value_selector` }]
  })
}

function referencesOfCases(
  { settings }: Extract<Settings, { type: 'if-else' }>,
  toStart: (index: number) => string,
): Reference[] {
  return settings.cases.flatMap(({ conditions }, caseIndex) =>
    conditions.flatMap(({ variable_selector: selector, value }, index) => {
      const path = `${toStart(caseIndex)}conditions[${index}]`
      const texts = typeof value === 'string' ? [value] : Array.isArray(value) ? value : []
      const inValue = texts.flatMap(selectorsInText).map((inText) => ({ selector: inText, path: `${path}.value` }))
      return [{ selector, path: `${path}.variable_selector` }, ...inValue]
    }),
  )
}

function referencesOfGroups({ settings }: Extract<Settings, { type: 'variable-aggregator' }>): Reference[] {
  const toReferences = (variables: readonly Selector[], start: string): Reference[] =>
    variables.map((selector, index) => ({ selector, path: `${start}variables[${index}]` }))
  if (!settings.advanced_settings?.group_enabled) return toReferences(settings.variables, '')
  return settings.advanced_settings.groups.flatMap(({ variables }, index) =>
    toReferences(variables, `advanced_settings.groups[${index}].`),
  )
}

const known = new WeakMap<Settings, ReadonlySet<string>>()

/** The variables that other nodes can read from a node: there can be a thousand, read by thousands of selectors. */
export function outputNamesOf(settings: Settings): ReadonlySet<string> {
  const names = known.get(settings) ?? new Set(listOutputNames(settings))
  known.set(settings, names)
  return names
}

function listOutputNames(settings: Settings): string[] {
  switch (settings.type) {
    case 'start':
      return (settings.settings.variables ?? []).map(({ variable }) => variable)
    case 'code':
      return [...Object.keys(settings.settings.outputs), ...failureNames(settings.settings.error_strategy)]
    case 'template-transform':
      return ['output', ...failureNames(settings.settings.error_strategy)]
    case 'if-else':
      return ['result', 'selected_case_id']
    case 'variable-aggregator': {
      const { advanced_settings: advanced } = settings.settings
      return advanced?.group_enabled ? advanced.groups.map(({ group_name: name }) => name) : ['output']
    }
    case 'iteration':
      return ['output']
    case 'answer':
      return ['answer']
    case 'stand-in':
      return [...settings.outputNames]
    case 'end':
    case 'iteration-start':
      return []
  }
}

function failureNames(strategy: string | null | undefined): string[] {
  return strategy === 'default-value' || strategy === 'fail-branch' ? ['error_message', 'error_type'] : []
}
