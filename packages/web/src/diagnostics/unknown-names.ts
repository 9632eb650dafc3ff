import type { CodeLanguage } from 'codenode/contract'
import { builtinNames } from './builtin-names.ts'
import type { NamedSpan } from './program.ts'
import { named, type Source, type SyntaxNode, spanOf, textOf, visit } from './syntax.ts'

/**
 * The names that `main` reads and nobody gives a value to: no parameter, no variable of any function, nothing at the top of
 * the program, no builtin. What could give a name unseen, such as `exec`, makes all of them possible.
 */
export function unknownNames(source: Source, body: SyntaxNode, language: CodeLanguage): NamedSpan[] {
  const isPython = language === 'python3'
  if ((isPython ? unseenInPython : unseenInScript).test(source.text)) return []
  const isRead = isPython ? isReadInPython : isReadInScript
  const bound = new Set<string>()
  const read: SyntaxNode[] = []
  visit(source.tree.topNode, names, (node) => {
    const text = textOf(source, node)
    if (!isRead(node)) bound.add(text)
    else if (node.from >= body.from && node.to <= body.to) read.push(node)
    return undefined
  })
  const builtins = builtinNames[isPython ? 'python' : 'script']
  return read.flatMap((node) => {
    const name = textOf(source, node)
    const isKnown = bound.has(name) || builtins.has(name) || name.startsWith('__')
    return isKnown ? [] : [{ ...spanOf(source, node), name }]
  })
}

const names = named('VariableName', 'VariableDefinition', 'PropertyDefinition', 'PropertyName')

const unseenInPython = /\b(exec|eval|globals|locals|vars|setattr|builtins|__import__|__builtins__)\b|\bimport\s*\*/
const unseenInScript = /\b(eval|with|globalThis|global|Function)\b/

const around = new Set(['TupleExpression', 'ArrayExpression', 'SetExpression', 'ParenthesizedExpression'])
const reading = new Set([
  ...['BinaryExpression', 'UnaryExpression', 'CallExpression', 'MemberExpression', 'DictionaryExpression'],
  ...['ConditionalExpression', 'AwaitExpression', 'ReturnStatement', 'RaiseStatement', 'ExpressionStatement'],
  ...['FormatReplacement', 'IfStatement', 'WhileStatement'],
])

/** Only where it is certain: any other place may give the name its value. */
function isReadInPython(node: SyntaxNode): boolean {
  if (node.name !== 'VariableName') return false
  let at = node
  while (at.parent && around.has(at.parent.name)) at = at.parent
  const { parent } = at
  if (!parent) return false
  if (reading.has(parent.name)) return true
  if (parent.name === 'ArgList') return at.nextSibling?.name !== 'AssignOp'
  if (parent.name === 'AssignStatement') return at.prevSibling?.name === 'AssignOp' && isLast(at)
  return parent.name === 'ForStatement' && at.prevSibling?.name === 'in'
}

function isLast(node: SyntaxNode): boolean {
  for (let next = node.nextSibling; next; next = next.nextSibling) if (next.name === 'AssignOp') return false
  return true
}

function isReadInScript(node: SyntaxNode): boolean {
  const parent = node.parent?.name
  // `{ name }` of an object reads the name; that of a pattern is a definition.
  if (node.name === 'PropertyDefinition') return parent === 'Property' && !node.prevSibling && !node.nextSibling
  if (node.name !== 'VariableName' || parent === 'ForOfSpec' || parent === 'ForInSpec') return false
  if (parent === 'UnaryExpression') return node.prevSibling?.name !== 'typeof'
  return parent !== 'AssignmentExpression' || node.prevSibling !== null
}
