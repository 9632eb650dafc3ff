import type { Parameter, Property } from './program.ts'
import { childrenOf, piecesOf, type Source, type SyntaxNode, spanOf, textOf } from './syntax.ts'

/** The parameters of a JavaScript or TypeScript function; `this` of TypeScript is none. */
export function readScriptParameters(source: Source, list: SyntaxNode): Parameter[] {
  return piecesOf(list).flatMap((piece): Parameter[] => {
    const [first] = piece as [SyntaxNode]
    if (first.name === 'this') return []
    const name = piece.find((node) => node.name === 'VariableDefinition')
    const pattern = piece.find((node) => node.name === 'ObjectPattern' || node.name === 'ArrayPattern')
    const annotation = piece.find((node) => node.name === 'TypeAnnotation')
    const isRest = first.name === 'Spread'
    const to = endOf(source, piece.at(-1) as SyntaxNode)
    return [
      {
        ...spanOf(source, { from: first.from, to }),
        kind: isRest ? 'rest' : pattern ? 'destructured' : 'plain',
        name: name && !pattern ? textOf(source, name) : '',
        hasDefault: piece.some(({ name }) => name === 'Equals' || name === 'Optional') || hasBlanked(source, piece, to),
        annotation: annotation ? spanOf(source, annotation) : null,
        pattern: pattern?.name === 'ObjectPattern' ? spanOf(source, pattern) : null,
        properties: pattern?.name === 'ObjectPattern' ? readProperties(source, pattern) : [],
      },
    ]
  })
}

/** With a default that the parser was not shown. */
function endOf({ text, written }: Source, last: SyntaxNode): number {
  let end = last.to
  for (let at = last.to; text[at] === ' ' || text[at] === '\n'; at++) if (written[at] !== text[at]) end = at + 1
  return end
}

function hasBlanked({ text, written }: Source, piece: readonly SyntaxNode[], to: number): boolean {
  const from = piece[0]?.from ?? to
  return text.slice(from, to) !== written.slice(from, to)
}

function readProperties(source: Source, pattern: SyntaxNode): Property[] {
  return piecesOf(pattern).flatMap(([property]) => {
    const children = property ? childrenOf(property) : []
    const [first] = children
    if (!property || !first) return []
    const isRest = first.name === 'Spread'
    const name = isRest ? '' : textOf(source, first).replace(/^(['"])(.*)\1$/, '$2')
    const hasDefault = children.some((node) => node.name === 'Equals')
    return [{ ...spanOf(source, property), name, isRest: isRest || first.name === '[', hasDefault }]
  })
}
