import { childrenOf, type SyntaxNode, type Tree } from './syntax.ts'

/** Where blanks have to stand for the parser to know what is there. */
export type Blank = { readonly from: number; readonly to: number }

/**
 * `({ a } = {}) => …`: the parser takes the parentheses for a value, and the arrow for a mistake, unless the default is not
 * there. The places of such defaults, with what introduces them.
 */
export function findArrowDefaults(tree: Tree): Blank[] {
  const found: Blank[] = []
  tree.iterate({
    enter: ({ type, node }) => {
      if (!type.isError || node.firstChild?.name !== 'Arrow') return
      const before = node.prevSibling
      if (before?.name === 'ParenthesizedExpression') found.push(...defaultsIn(before))
    },
  })
  return found
}

function defaultsIn(parentheses: SyntaxNode): Blank[] {
  return childrenOf(parentheses)
    .flatMap((child) => (child.name === 'SequenceExpression' ? childrenOf(child) : [child]))
    .flatMap((child) => {
      const [pattern] = childrenOf(child)
      const isPattern = pattern?.name === 'ObjectPattern' || pattern?.name === 'ArrayPattern'
      return child.name === 'AssignmentExpression' && isPattern ? [{ from: pattern.to, to: child.to }] : []
    })
}
