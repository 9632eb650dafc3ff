import type { OutputType } from 'codenode/contract'
import { type Assignments, arrayOf, callTypes, type Guess, type ShownObject, same } from './guess.ts'
import type { Parameter } from './program.ts'
import { childNamed, childrenOf, named, piecesOf, type Source, type SyntaxNode, textOf, visit } from './syntax.ts'

/** Guesses inside of one function of JavaScript or TypeScript. */
export function guessScript(source: Source, body: SyntaxNode, parameters: readonly Parameter[]): Guess {
  const { values, items } = readAssignments(source, body)
  const hints = new Map(
    parameters.map(({ name, annotation }) => [
      name,
      annotation ? source.text.slice(annotation.from, annotation.to) : '',
    ]),
  )

  const typeOf = (value: SyntaxNode, depth = 0): OutputType | null => {
    if (depth > 20) return null
    const text = (node: SyntaxNode | null | undefined) => (node ? textOf(source, node) : '')
    const again = (node: SyntaxNode | null | undefined) => (node ? typeOf(node, depth + 1) : null)
    const children = childrenOf(value)
    switch (value.name) {
      case 'String':
      case 'TemplateString':
        return 'string'
      case 'Number':
        return 'number'
      case 'BooleanLiteral':
        return 'boolean'
      case 'ObjectExpression':
        return 'object'
      case 'ArrayExpression':
        return arrayOf(piecesOf(value).map((piece) => (piece.length === 1 ? again(piece[0]) : null)))
      case 'ParenthesizedExpression':
        return again(children[1])
      case 'UnaryExpression':
        return unary[text(children[0])] ?? null
      case 'ConditionalExpression':
        return same(again(children[2]), again(children.at(-1)))
      case 'BinaryExpression':
        return ofOperation(text(children[1]), again(children[0]), again(children.at(-1)), text(children.at(-1)))
      case 'CallExpression': {
        const callee = children[0]
        const isMath = callee?.name === 'MemberExpression' && text(callee.firstChild) === 'Math'
        const name = callee?.name === 'MemberExpression' ? `.${text(callee.lastChild)}` : text(callee)
        if (name === '.map') return arrayOf([again(bodyOf(value))])
        if (arrayKeepers.has(name)) return again(callee?.firstChild)
        return isMath ? 'number' : (scriptCalls.get(name) ?? null)
      }
      case 'MemberExpression':
        return text(value.lastChild) === 'length' ? 'number' : null
      case 'PropertyDefinition':
      case 'VariableName': {
        const assigned = values.get(text(value))
        return assigned ? again(assigned) : typeOfHint(hints.get(text(value)) ?? '')
      }
      default:
        return null
    }
  }

  const objectOf = (value: SyntaxNode): ShownObject | null => {
    const children = childrenOf(value)
    if (value.name === 'ParenthesizedExpression') return children[1] ? objectOf(children[1]) : null
    if (value.name === 'ObjectExpression') return readObject(value)
    // `{…} as Result`, `{…} satisfies Result`
    const isTyped = value.name === 'BinaryExpression' && ['as', 'satisfies'].includes(children[1]?.name ?? '')
    if (isTyped && children[0]) return objectOf(children[0])
    if (value.name !== 'VariableName') return null
    const name = textOf(source, value)
    const assigned = values.get(name)
    const first = assigned && assigned.name !== 'VariableName' ? objectOf(assigned) : null
    if (!first) return null
    return { members: [...first.members, ...(items.get(name) ?? [])], isComplete: false, isDirect: false }
  }
  return { type: (value) => typeOf(value), object: objectOf }
}

/** Methods that give a list of the items that they are called on, or a part of a text. */
const arrayKeepers: ReadonlySet<string> = new Set(
  ['filter', 'slice', 'sort', 'toSorted', 'reverse', 'toReversed', 'concat'].map((name) => `.${name}`),
)

/** What `x => value` and `x => ({ … })`, as the only argument, give. */
function bodyOf(call: SyntaxNode): SyntaxNode | null {
  const argument = call.lastChild && piecesOf(call.lastChild)[0]?.[0]
  const body = argument?.name === 'ArrowFunction' ? argument.lastChild : null
  return body?.name === 'Block' ? null : body
}

function readObject(object: SyntaxNode): ShownObject {
  const pieces = piecesOf(object)
  const members = pieces.flatMap(([property]) => {
    const [key, ...rest] = property ? childrenOf(property) : []
    if (!key || !['PropertyDefinition', 'String', 'Number'].includes(key.name)) return []
    const isGetter = rest.some((node) => node.name === 'Block')
    // In the short form the name is the value, too; it is looked up as a variable would be.
    return isGetter ? [] : [{ key, value: rest.length === 0 ? key : (rest.at(-1) as SyntaxNode) }]
  })
  return { members, isComplete: members.length === pieces.length, isDirect: true }
}

const assignments = named('VariableDefinition', 'AssignmentExpression')

function readAssignments(source: Source, body: SyntaxNode): Assignments {
  const values = new Map<string, SyntaxNode>()
  const items: Assignments['items'] = new Map()
  const seen = new Set<string>()
  visit(body, assignments, (node) => {
    const value = node.nextSibling?.name === 'TypeAnnotation' ? node.nextSibling.nextSibling : node.nextSibling
    if (node.name === 'VariableDefinition' && node.parent?.name === 'VariableDeclaration') {
      const name = textOf(source, node)
      if (seen.has(name)) values.delete(name)
      else if (value?.name === 'Equals' && value.nextSibling) values.set(name, value.nextSibling)
      seen.add(name)
    }
    if (node.name !== 'AssignmentExpression') return undefined
    const [target, , assigned] = childrenOf(node)
    if (target?.name === 'VariableName') values.delete(textOf(source, target))
    if (target?.name !== 'MemberExpression' || target.firstChild?.name !== 'VariableName' || !assigned) return undefined
    const key = childNamed(target, 'PropertyName', 'String')
    const name = textOf(source, target.firstChild)
    if (key) items.set(name, [...(items.get(name) ?? []), { key, value: assigned }])
    return undefined
  })
  return { values, items }
}

function ofOperation(
  operator: string,
  left: OutputType | null,
  right: OutputType | null,
  rightText: string,
): OutputType | null {
  if (operator === 'as') return typeOfHint(rightText)
  if (operator === 'satisfies') return left
  if (['&&', '||', '??'].includes(operator)) return same(left, right)
  if (operator === '+') return left === 'string' || right === 'string' ? 'string' : same(left, right)
  if (['-', '*', '/', '%', '**', '|', '&', '^', '<<', '>>', '>>>'].includes(operator)) return 'number'
  return ['<', '>', '<=', '>=', '==', '===', '!=', '!==', 'in', 'instanceof'].includes(operator) ? 'boolean' : null
}

const unary: Readonly<Record<string, OutputType>> = {
  '!': 'boolean',
  '-': 'number',
  '+': 'number',
  '~': 'number',
  typeof: 'string',
}

const hintTypes: Readonly<Record<string, OutputType>> = {
  string: 'string',
  number: 'number',
  boolean: 'boolean',
  object: 'object',
  'string[]': 'array[string]',
  'number[]': 'array[number]',
  'boolean[]': 'array[boolean]',
  'object[]': 'array[object]',
}

function typeOfHint(annotation: string): OutputType | null {
  const type = annotation.replace(/^:/, '').trim()
  if (/^Record<[^<>]*>$/.test(type)) return 'object'
  return /^Record<[^<>]*>\[\]$/.test(type) ? 'array[object]' : (hintTypes[type] ?? null)
}

const scriptCalls = callTypes({
  number: 'Number parseInt parseFloat .indexOf .getTime .now .localeCompare',
  string:
    'String .join .trim .toUpperCase .toLowerCase .replace .replaceAll .toFixed .toString .stringify .toISOString .padStart .padEnd .repeat',
  boolean: 'Boolean .includes .startsWith .endsWith .test .some .every .isArray',
  'array[string]': '.split',
})
