import type { OutputType } from 'codenode/contract'
import { type Assignments, arrayOf, arrayOnly, callTypes, type Guess, type ShownObject, same } from './guess.ts'
import type { Parameter } from './program.ts'
import { childrenOf, named, piecesOf, type Source, type SyntaxNode, textOf, visit } from './syntax.ts'

/** Guesses inside of one function, whose variables count as far as they are assigned once. */
export function guessPython(source: Source, body: SyntaxNode, parameters: readonly Parameter[]): Guess {
  const { values, items } = readAssignments(source, body)
  const hints = new Map(
    parameters.map((it) => [
      it.name,
      it.annotation ? source.text.slice(it.annotation.from + source.shift, it.annotation.to + source.shift) : '',
    ]),
  )

  const typeOf = (value: SyntaxNode, depth = 0): OutputType | null => {
    if (depth > 20) return null
    const text = (node: SyntaxNode | null | undefined) => (node ? textOf(source, node) : '')
    const again = (node: SyntaxNode | null | undefined) => (node ? typeOf(node, depth + 1) : null)
    const children = childrenOf(value)
    switch (value.name) {
      case 'String':
      case 'FormatString':
      case 'ContinuedString':
        return /^\w*b/i.test(text(value)) && !/^['"]/.test(text(value)) ? null : 'string'
      case 'Number':
        return 'number'
      case 'Boolean':
        return 'boolean'
      case 'DictionaryExpression':
      case 'DictionaryComprehensionExpression':
        return 'object'
      case 'ArrayExpression':
      case 'TupleExpression':
        return arrayOf(piecesOf(value).map((piece) => (piece.length === 1 ? again(piece[0]) : null)))
      case 'ArrayComprehensionExpression':
        return arrayOf([again(children[1])])
      case 'ParenthesizedExpression':
        return again(children[1])
      case 'UnaryExpression':
        return text(children[0]) === 'not' ? 'boolean' : 'number'
      case 'ConditionalExpression':
        return same(again(children[0]), again(children.at(-1)))
      case 'BinaryExpression':
        return ofOperation(text(children[1]), again(children[0]), again(children.at(-1)), children)
      case 'CallExpression': {
        const callee = children[0]
        const name = callee?.name === 'MemberExpression' ? `.${text(callee.lastChild)}` : text(callee)
        if (name === '.to_dict')
          return /^\(\s*(?:orient\s*=\s*)?['"]records/.test(text(value.lastChild)) ? 'array[object]' : null
        const [first] = value.lastChild && arrayGivers.has(name) ? piecesOf(value.lastChild) : []
        return first ? arrayOnly(again(first[0])) : (pythonCalls.get(name) ?? null)
      }
      case 'MemberExpression':
        // `rows[:5]` is of the type of `rows`.
        return children[1]?.name === '[' && children.some(({ name }) => name === ':') ? again(children[0]) : null
      case 'VariableName': {
        const assigned = values.get(text(value))
        return assigned ? again(assigned) : typeOfHint(hints.get(text(value)) ?? '')
      }
      default:
        return null
    }
  }

  const objectOf = (value: SyntaxNode): ShownObject | null => {
    if (value.name === 'ParenthesizedExpression')
      return value.firstChild?.nextSibling ? objectOf(value.firstChild.nextSibling) : null
    if (value.name === 'DictionaryExpression') return readDictionary(value)
    if (value.name === 'CallExpression' && value.firstChild && textOf(source, value.firstChild) === 'dict')
      return readDictCall(value)
    if (value.name !== 'VariableName') return null
    const name = textOf(source, value)
    const assigned = values.get(name)
    const first = assigned && assigned.name !== 'VariableName' ? objectOf(assigned) : null
    if (!first) return null
    return { members: [...first.members, ...(items.get(name) ?? [])], isComplete: false, isDirect: false }
  }
  return { type: (value) => typeOf(value), object: objectOf }
}

function readDictionary(dictionary: SyntaxNode): ShownObject {
  const pieces = piecesOf(dictionary)
  const members = pieces.flatMap(([key, colon, value]) =>
    key?.name === 'String' && colon?.name === ':' && value ? [{ key, value }] : [],
  )
  return { members, isComplete: members.length === pieces.length, isDirect: true }
}

/** `dict(a=1)` */
function readDictCall(call: SyntaxNode): ShownObject {
  const pieces = call.lastChild ? piecesOf(call.lastChild) : []
  const members = pieces.flatMap(([key, equals, value]) =>
    key?.name === 'VariableName' && equals?.name === 'AssignOp' && value ? [{ key, value }] : [],
  )
  return { members, isComplete: members.length === pieces.length, isDirect: true }
}

const inner = ['FunctionDefinition', 'LambdaExpression', 'ClassDefinition'] as const
const statements = named(...inner, 'ForStatement', 'UpdateStatement', 'AssignStatement')

function readAssignments(source: Source, body: SyntaxNode): Assignments {
  const values = new Map<string, SyntaxNode>()
  const items: Assignments['items'] = new Map()
  const seen = new Set<string>()
  visit(body, statements, (node) => {
    if (inner.some((name) => name === node.name)) return 'skip'
    if (node.name === 'ForStatement' || node.name === 'UpdateStatement') forget(source, node, values, seen)
    if (node.name !== 'AssignStatement') return undefined
    const children = childrenOf(node)
    const [target, value] = [children[0], children.at(-1)]
    const isSingle = children.filter(({ name }) => name === 'AssignOp' || name === ',').length === 1
    if (!target || !value || !isSingle) return undefined
    if (target.name === 'VariableName') {
      const name = textOf(source, target)
      if (seen.has(name)) values.delete(name)
      else values.set(name, value)
      seen.add(name)
    }
    const [variable, bracket, key] = childrenOf(target)
    if (
      target.name === 'MemberExpression' &&
      variable?.name === 'VariableName' &&
      bracket?.name === '[' &&
      key?.name === 'String'
    ) {
      const name = textOf(source, variable)
      items.set(name, [...(items.get(name) ?? []), { key, value }])
    }
    return undefined
  })
  return { values, items }
}

/** The variable of a loop or of `+=` has more than one value. */
function forget(source: Source, statement: SyntaxNode, values: Map<string, SyntaxNode>, seen: Set<string>): void {
  for (const child of childrenOf(statement)) {
    if (child.name === 'in' || child.name === 'UpdateOp') return
    if (child.name !== 'VariableName') continue
    seen.add(textOf(source, child))
    values.delete(textOf(source, child))
  }
}

function ofOperation(
  operator: string,
  left: OutputType | null,
  right: OutputType | null,
  children: readonly SyntaxNode[],
): OutputType | null {
  if (children.some(({ name }) => name === 'CompareOp' || name === 'in' || name === 'is')) return 'boolean'
  if (operator === 'and' || operator === 'or') return same(left, right)
  if (operator === '%' && left === 'string') return 'string'
  if (operator === '+' || operator === '*')
    return left === 'string' || right === 'string' ? 'string' : same(left, right)
  return ['-', '/', '//', '%', '**'].includes(operator) && left === 'number' && right === 'number' ? 'number' : null
}

/** Functions that give a list of what they are given a list of. */
const arrayGivers: ReadonlySet<string> = new Set(['sorted', 'list', 'reversed'])

const pythonHintTypes: Readonly<Record<string, OutputType>> = {
  str: 'string',
  int: 'number',
  float: 'number',
  bool: 'boolean',
  dict: 'object',
  'list[str]': 'array[string]',
  'list[int]': 'array[number]',
  'list[float]': 'array[number]',
  'list[bool]': 'array[boolean]',
  'list[dict]': 'array[object]',
}

function typeOfHint(annotation: string): OutputType | null {
  return pythonHintTypes[annotation.replace(/^:/, '').trim().toLowerCase()] ?? null
}

const pythonCalls = callTypes({
  number: 'len int float round abs .count .find .total_seconds .timestamp',
  string:
    'str repr chr .join .strip .lower .upper .title .format .dumps .strftime .isoformat .hexdigest .decode .capitalize',
  boolean: 'bool isinstance any all callable .startswith .endswith .isdigit',
  'array[string]': '.splitlines',
  object: 'dict',
})
