import { type CodeLanguage, codeLanguages } from 'codenode/contract'
import { nodesOf } from './access.ts'
import type { NodeData, WorkflowDocument } from './document.ts'

/** The language of a Code node. Default: Python. */
export function languageOf({ code_language: language }: NodeData): CodeLanguage {
  return codeLanguages.find((known) => known === language) ?? 'python3'
}

/** The language of the Code node that was added last: what people go on in. */
export function lastLanguage(document: WorkflowDocument): CodeLanguage {
  const last = nodesOf(document).findLast(({ data }) => data.type === 'code')
  return last ? languageOf(last.data) : 'python3'
}
