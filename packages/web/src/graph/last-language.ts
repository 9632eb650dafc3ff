import { type Language, languages } from 'codenode/contract'
import { nodesOf } from './access.ts'
import type { WorkflowDocument } from './document.ts'

/** Of the Code node that was added last: what people go on in. */
export function lastLanguage(document: WorkflowDocument): Language {
  const last = nodesOf(document).findLast(({ data }) => data.type === 'code')
  return languages.find((language) => language === last?.data.code_language) ?? 'python3'
}
