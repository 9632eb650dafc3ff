import { isObject, outputTypes } from 'codenode/contract'
import { mapNodes, withData } from './access.ts'
import type { WorkflowDocument } from './document.ts'
import { redirect } from './uses.ts'

/** The values that a workflow has beside its nodes: of its environment, and, in a chat, of the conversation. */
export type Store = 'environment' | 'conversation'

/** `name`, `value`, `value_type`, and what Dify has beside. */
export type StoredVariable = Readonly<Record<string, unknown>>

/** The first step of the selectors that read them. */
const sources = { environment: 'env', conversation: 'conversation' } as const

export const storedTypes: Readonly<Record<Store, readonly string[]>> = {
  environment: ['string', 'number', 'secret'],
  conversation: outputTypes,
}

export function storedVariables({ workflow }: WorkflowDocument, store: Store): StoredVariable[] {
  const entries = workflow[`${store}_variables`]
  return Array.isArray(entries) ? entries.filter(isObject) : []
}

export function nameOfStored({ name }: StoredVariable): string {
  return typeof name === 'string' ? name : ''
}

/** `id`: unlike that of any other; Dify asks for one. */
export function addStored(document: WorkflowDocument, store: Store, name: string, id: string): WorkflowDocument {
  const selector = [sources[store], name]
  const added = { id, name, description: '', value_type: 'string', value: '', selector }
  return withStored(document, store, [...storedVariables(document, store), added])
}

export function removeStored(document: WorkflowDocument, store: Store, index: number): WorkflowDocument {
  return withStored(document, store, storedVariables(document, store).toSpliced(index, 1))
}

export function changeStored(
  document: WorkflowDocument,
  store: Store,
  index: number,
  change: StoredVariable,
): WorkflowDocument {
  return withStored(
    document,
    store,
    storedVariables(document, store).map((entry, at) => (at === index ? { ...entry, ...change } : entry)),
  )
}

/** Gives a variable another name, also wherever it is read. Nothing changes when the name is taken or empty. */
export function renameStored(document: WorkflowDocument, store: Store, index: number, to: string): WorkflowDocument {
  const names = storedVariables(document, store).map(nameOfStored)
  const from = names[index]
  if (from === undefined || to === '' || names.includes(to)) return document
  const [before, after] = [
    [sources[store], from],
    [sources[store], to],
  ]
  const renamed = changeStored(document, store, index, { name: to, selector: after })
  return mapNodes(renamed, (node) => withData(node, redirect(node.data, before, after)))
}

/** Whether the document holds secrets that have a value. */
export function hasSecretValues(document: WorkflowDocument): boolean {
  return storedVariables(document, 'environment').some(holdsSecret)
}

/** The document as others may see it: Dify asks for values that are empty when it is imported. */
export function withoutSecretValues(document: WorkflowDocument): WorkflowDocument {
  if (!hasSecretValues(document)) return document
  const entries = storedVariables(document, 'environment')
  return withStored(
    document,
    'environment',
    entries.map((entry) => (holdsSecret(entry) ? { ...entry, value: '' } : entry)),
  )
}

function holdsSecret({ value_type: type, value }: StoredVariable): boolean {
  return type === 'secret' && value !== '' && value !== null && value !== undefined
}

function withStored(document: WorkflowDocument, store: Store, entries: readonly StoredVariable[]): WorkflowDocument {
  return { ...document, workflow: { ...document.workflow, [`${store}_variables`]: entries } }
}
