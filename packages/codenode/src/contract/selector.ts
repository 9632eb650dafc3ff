/** `[node_id, variable, …nested keys]`; instead of a node's id also `sys`, `env` or `conversation`. */
export type Selector = readonly string[]

/** The first part of selectors that point to no node. */
export const specialSources = ['sys', 'env', 'conversation'] as const

/** What Dify gives as `sys`. */
export const systemNames = [
  'query',
  'files',
  'conversation_id',
  'user_id',
  'dialogue_count',
  'app_id',
  'workflow_id',
  'workflow_run_id',
  'timestamp',
  'invoke_from',
  'document_id',
  'original_document_id',
  'batch',
  'dataset_id',
  'datasource_type',
  'datasource_info',
] as const

/** A selector as text: `node.variable.key`. */
export function formatSelector(selector: Selector): string {
  return selector.join('.')
}

/** `{{#node.variable#}}` inside a text. Words without a dot, such as `{{#context#}}`, are text. */
const reference = /\{\{#([^{}#\s.]+(?:\.[^{}#\s.]+)+)#\}\}/g

/** A text cut where it refers to variables: texts at even places, selectors at odd ones. */
export function splitText(text: string): (string | Selector)[] {
  return text.split(reference).map((part, place) => (place % 2 === 0 ? part : part.split('.')))
}

/** The selectors in a text. */
export function selectorsInText(text: string): Selector[] {
  return [...text.matchAll(reference)].map((match) => (match[1] ?? '').split('.'))
}
