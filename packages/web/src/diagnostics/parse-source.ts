import { javascriptLanguage, typescriptLanguage } from '@codemirror/lang-javascript'
import { pythonLanguage } from '@codemirror/lang-python'
import { TreeFragment } from '@lezer/common'
import type { CodeLanguage } from 'codenode/contract'
import { type Blank, findArrowDefaults } from './arrow-defaults.ts'
import type { Source, Tree } from './syntax.ts'

const parsers = { python3: pythonLanguage, javascript: javascriptLanguage, typescript: typescriptLanguage } as const
const block = 'if True:\n'

/** `known`: the tree of this code, if an editor has it already; parsing takes most of the time. */
export function parseSource(code: string, language: CodeLanguage, known?: Tree): Source {
  // A program that is indented as a whole is run as if it were not.
  const shift = language === 'python3' && isIndented(code) ? block.length : 0
  const text = shift > 0 ? block + code : code
  const tree = known?.length === text.length ? known : parsers[language].parser.parse(text)
  return language === 'python3' ? { text, written: text, tree, shift } : withArrows(text, tree, parsers[language])
}

/** What is inside of a default is seen when the one around it is gone. */
const maxRounds = 3

function withArrows(written: string, first: Tree, { parser }: (typeof parsers)['javascript']): Source {
  let [text, tree] = [written, first]
  for (let round = 0; round < maxRounds; round++) {
    const blanks = findArrowDefaults(tree)
    if (blanks.length === 0) break
    text = blanks.reduce(putBlanks, text)
    // All but what is around the blanks stays as it was parsed.
    const changes = blanks.map(({ from, to }) => ({ fromA: from, toA: to, fromB: from, toB: to }))
    tree = parser.parse(text, TreeFragment.applyChanges(TreeFragment.addTree(tree), changes))
  }
  return { text, written, tree, shift: 0 }
}

function putBlanks(text: string, { from, to }: Blank): string {
  return text.slice(0, from) + text.slice(from, to).replaceAll(/[^\n]/g, ' ') + text.slice(to)
}

/** Whether the program is indented as a whole. */
export function isIndented(code: string): boolean {
  return /^[ \t]/.test(code.split('\n').find((line) => line.trim() !== '' && !line.trim().startsWith('#')) ?? '')
}
