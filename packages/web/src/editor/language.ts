import { javascript } from '@codemirror/lang-javascript'
import { json } from '@codemirror/lang-json'
import { python } from '@codemirror/lang-python'
import { indentUnit } from '@codemirror/language'
import type { Extension } from '@codemirror/state'
import type { CodeLanguage } from 'codenode/contract'

const script = indentUnit.of('  ')

/** What an editor knows of a language. */
export const languageSupport: Readonly<Record<CodeLanguage | 'json', Extension>> = {
  python3: [python(), indentUnit.of('    ')],
  javascript: [javascript(), script],
  typescript: [javascript({ typescript: true }), script],
  json: [json(), script],
}
