import type { pythonLanguage } from '@codemirror/lang-python'
import type { Span } from './program.ts'

export type Tree = ReturnType<typeof pythonLanguage.parser.parse>
export type SyntaxNode = Tree['topNode']

/**
 * A program's text with its syntax tree. Places in the tree are `shift` further than in the code. `text` is what was parsed:
 * it has blanks in place of what the parser does not know; `written` has all, in the same places.
 */
export type Source = { readonly text: string; readonly written: string; readonly tree: Tree; readonly shift: number }

export function spanOf({ shift }: Source, { from, to }: { from: number; to: number }): Span {
  return { from: from - shift, to: to - shift }
}

/** The word `return` before a value; the first character of the value of a function that has none. */
export function placeOfReturn(source: Source, value: SyntaxNode): Span {
  const word = value.parent?.name === 'ReturnStatement' ? value.parent.firstChild : null
  return spanOf(source, word ?? { from: value.from, to: value.from + 1 })
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

type NodeRef = { readonly name: string; readonly from: number; readonly to: number }

/** Visits the wanted nodes below; what is under a node for which `visitor` gives `skip` is not visited. */
export function visit(
  node: SyntaxNode,
  isWanted: (place: NodeRef) => boolean,
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
export function named(...names: string[]): (place: NodeRef) => boolean {
  const wanted = new Set(names)
  return ({ name }) => wanted.has(name)
}

/** The text of a plain string; null where it has escapes, or values are put in. */
export function plainText(source: Source, node: SyntaxNode): string | null {
  const match = /^(['"`])([^\\]*)\1$/s.exec(textOf(source, node))
  return match && !match[2]?.includes('${') ? (match[2] ?? null) : null
}
