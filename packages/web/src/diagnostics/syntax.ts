import { javascriptLanguage, typescriptLanguage } from '@codemirror/lang-javascript'
import { pythonLanguage } from '@codemirror/lang-python'
import type { Language } from 'codenode/contract'
import type { Span } from './program.ts'

export type Tree = ReturnType<typeof pythonLanguage.parser.parse>
export type SyntaxNode = Tree['topNode']

/** A program's text with its syntax tree. Places in the tree are `shift` further than in the code. */
export type Source = { readonly text: string; readonly tree: Tree; readonly shift: number }

const parsers = { python3: pythonLanguage, javascript: javascriptLanguage, typescript: typescriptLanguage } as const
const block = 'if True:\n'

/** `known`: the tree of this code, if an editor has it already; parsing takes most of the time. */
export function parseSource(code: string, language: Language, known?: Tree): Source {
  // A program that is indented as a whole is run as if it were not.
  const shift = language === 'python3' && isIndented(code) ? block.length : 0
  const text = shift > 0 ? block + code : code
  const tree = known?.length === text.length ? known : parsers[language].parser.parse(text)
  return { text, tree, shift }
}

/** Whether the program is indented as a whole. */
export function isIndented(code: string): boolean {
  return /^[ \t]/.test(code.split('\n').find((line) => line.trim() !== '' && !line.trim().startsWith('#')) ?? '')
}

export function spanOf({ shift }: Source, { from, to }: { from: number; to: number }): Span {
  return { from: from - shift, to: to - shift }
}

export function textOf({ text }: Source, { from, to }: { from: number; to: number }): string {
  return text.slice(from, to)
}

export function childrenOf(node: SyntaxNode): SyntaxNode[] {
  const children: SyntaxNode[] = []
  for (let child = node.firstChild; child; child = child.nextSibling) children.push(child)
  return children
}

export function childNamed(node: SyntaxNode, ...names: string[]): SyntaxNode | null {
  return childrenOf(node).find((child) => names.includes(child.name)) ?? null
}

/** The children between commas, without brackets around them and comments. Empty pieces are left out. */
export function piecesOf(node: SyntaxNode): SyntaxNode[][] {
  const pieces: SyntaxNode[][] = [[]]
  for (const child of childrenOf(node)) {
    if (child.name === ',') pieces.push([])
    else if (!brackets.has(child.name) && !child.name.endsWith('Comment')) pieces.at(-1)?.push(child)
  }
  return pieces.filter((piece) => piece.length > 0)
}

const brackets: ReadonlySet<string> = new Set(['(', ')', '{', '}', '[', ']'])

type Place = { readonly name: string; readonly from: number; readonly to: number }

/** Visits the wanted nodes below; what is under a node for which `visitor` gives `skip` is not visited. */
export function visit(
  node: SyntaxNode,
  isWanted: (place: Place) => boolean,
  visitor: (node: SyntaxNode) => 'skip' | undefined,
): void {
  let isItself = true
  // A cursor passes the many nodes that are not wanted without making an object for each.
  node.cursor().iterate((at) => {
    if (isItself) isItself = false
    else if (isWanted(at)) return visitor(at.node) !== 'skip'
    return true
  })
}

/** For `visit`: nodes of these kinds. */
export function named(...names: string[]): (place: Place) => boolean {
  const wanted = new Set(names)
  return ({ name }) => wanted.has(name)
}

/** The text of a plain string; null where it has escapes, or values are put in. */
export function plainText(source: Source, node: SyntaxNode): string | null {
  const match = /^(['"`])([^\\]*)\1$/s.exec(textOf(source, node))
  return match && !match[2]?.includes('${') ? (match[2] ?? null) : null
}
