import { childrenOf, type SyntaxNode, type Tree } from './syntax.ts'

/**
 * `({ a } = {}) => …`: the parser takes the parentheses for a value, and the arrow for a mistake, unless the default is not
 * there. The text with blanks in the places of such defaults, so that all others stay where they are; null where there are none.
 */
export function blankArrowDefaults(text: string, tree: Tree): string | null {
  let blanked = text
  tree.iterate({
    enter: ({ type, node }) => {
      const before = node.prevSibling
      if (!type.isError || before?.name !== 'ParenthesizedExpression') return
      if (node.firstChild?.name !== 'Arrow') return
      for (const { from, to } of defaultsIn(before)) {
        blanked = blanked.slice(0, from) + blanked.slice(from, to).replaceAll(/[^\n]/g, ' ') + blanked.slice(to)
      }
    },
  })
  return blanked === text ? null : blanked
}

/** The defaults of patterns, with what introduces them. */
function defaultsIn(parentheses: SyntaxNode): { from: number; to: number }[] {
  return childrenOf(parentheses)
    .flatMap((child) => (child.name === 'SequenceExpression' ? childrenOf(child) : [child]))
    .flatMap((child) => {
      const [pattern] = childrenOf(child)
      const isPattern = pattern?.name === 'ObjectPattern' || pattern?.name === 'ArrayPattern'
      return child.name === 'AssignmentExpression' && isPattern ? [{ from: pattern.to, to: child.to }] : []
    })
}
