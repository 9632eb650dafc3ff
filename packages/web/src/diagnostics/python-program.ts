import type { Guess } from './guess.ts'
import { guessPython } from './guess-python.ts'
import type { Import, Main, Member, Parameter, Program, Returned } from './program.ts'
import {
  childNamed,
  childrenOf,
  named,
  piecesOf,
  placeOfReturn,
  plainText,
  type Source,
  type SyntaxNode,
  spanOf,
  textOf,
  visit,
} from './syntax.ts'
import { isUnderstood, syntaxErrorsOf } from './syntax-errors.ts'
import { unknownNames } from './unknown-names.ts'

export function readPython(source: Source): Program {
  const { definitions, others } = findMain(source)
  const only = definitions.length === 1 ? definitions[0] : undefined
  return {
    syntaxErrors: syntaxErrorsOf(source),
    isUnderstood: isUnderstood(source),
    main: only ? readMain(source, only) : null,
    unknownNames: only ? unknownNames(source, only.lastChild ?? only, 'python3') : [],
    mayDefineMain:
      definitions.length > 1 || others || /\b(exec|globals|__import__)\b|\bglobal\b.*\bmain\b/.test(source.text),
    imports: readImports(source),
  }
}

const kinds = named('FunctionDefinition', 'ClassDefinition', 'AssignStatement', '*')

function mayBeMain(place: { name: string; from: number; to: number }): boolean {
  return kinds(place) || (place.name === 'VariableName' && place.to - place.from === 'main'.length)
}

/** The functions of that name at the top of the program, and whether the name is bound there in any other way. */
function findMain(source: Source): { definitions: SyntaxNode[]; others: boolean } {
  const definitions: SyntaxNode[] = []
  let others = false
  visit(source.tree.topNode, mayBeMain, (node) => {
    const isMain = (name: SyntaxNode | null) => name !== null && textOf(source, name) === 'main'
    if (node.name === 'FunctionDefinition' || node.name === 'ClassDefinition') {
      if (node.name === 'FunctionDefinition' && isMain(childNamed(node, 'VariableName'))) definitions.push(node)
      else if (isMain(childNamed(node, 'VariableName'))) others = true
      return 'skip'
    }
    if (node.name === 'AssignStatement' && isMain(node.firstChild) && node.lastChild?.name === 'LambdaExpression') {
      definitions.push(node)
      return 'skip'
    }
    if (node.name === '*' && node.parent?.name === 'ImportStatement') others = true
    const isCalled = node.parent?.name === 'CallExpression' && node.parent.firstChild?.from === node.from
    if (node.name === 'VariableName' && isMain(node) && !isCalled) others = true
    return undefined
  })
  return { definitions, others }
}

function readMain(source: Source, definition: SyntaxNode): Main | null {
  const name = childNamed(definition, 'VariableName')
  const lambda = childNamed(definition, 'LambdaExpression')
  const list = childNamed(lambda ?? definition, 'ParamList')
  const body = lambda ? lambda.lastChild : childNamed(definition, 'Body')
  if (!name || !body || (!list && !lambda)) return null
  const parameters = list ? readParameters(source, list) : []
  const open = list && childNamed(list, '(')
  const close = list && childNamed(list, ')')
  const guess = guessPython(source, body, parameters)
  const { returns, canEnd } = lambda
    ? { returns: [readReturned(source, body, guess)], canEnd: false }
    : readReturns(source, body, guess)
  return {
    name: spanOf(source, name),
    list: open && close ? spanOf(source, { from: open.to, to: close.from }) : null,
    hasParentheses: true,
    parameters,
    isAsWritten: definition.parent?.name !== 'DecoratedStatement',
    returns,
    canEndWithoutReturn: canEnd,
    takesObject: false,
  }
}

function readParameters(source: Source, list: SyntaxNode): Parameter[] {
  return piecesOf(list).flatMap((piece): Parameter[] => {
    const star = piece.find(({ name }) => name === '*' || name === '**')?.name
    const name = piece.find((node) => node.name === 'VariableName')
    // A star alone says that only keywords follow.
    if (!name) return []
    const hint = piece.find((node) => node.name === 'TypeDef')
    return [
      {
        ...spanOf(source, { from: (piece[0] as SyntaxNode).from, to: (piece.at(-1) as SyntaxNode).to }),
        kind: star === '*' ? 'rest' : star === '**' ? 'keywords' : 'plain',
        name: textOf(source, name),
        hasDefault: piece.some((node) => node.name === 'AssignOp'),
        annotation: hint ? spanOf(source, hint) : null,
        pattern: null,
        properties: [],
      },
    ]
  })
}

const exits = named('FunctionDefinition', 'LambdaExpression', 'ClassDefinition', 'RaiseStatement', 'ReturnStatement')

function readReturns(source: Source, body: SyntaxNode, guess: Guess): { returns: Returned[]; canEnd: boolean } {
  const returns: Returned[] = []
  // A bare `yield` is no node of the tree.
  let endsOtherwise = /\byield\b/.test(textOf(source, body))
  visit(body, exits, (node) => {
    if (['FunctionDefinition', 'LambdaExpression', 'ClassDefinition'].includes(node.name)) return 'skip'
    if (node.name === 'RaiseStatement') endsOtherwise = true
    if (node.name !== 'ReturnStatement') return undefined
    const value = childrenOf(node)[1]
    if (value) returns.push(readReturned(source, value, guess))
    else returns.push({ ...spanOf(source, node), kind: 'nothing', members: [], isComplete: true })
    return 'skip'
  })
  return { returns, canEnd: returns.length === 0 && !endsOtherwise }
}

function readReturned(source: Source, value: SyntaxNode, guess: Guess): Returned {
  const span = placeOfReturn(source, value)
  // `return a, b` has its first value as a child, and more behind it.
  if (value.nextSibling && value.nextSibling.name === ',')
    return { ...span, kind: 'no-object', members: [], isComplete: true }
  const shown = guess.object(value)
  if (shown)
    return {
      ...span,
      kind: shown.isDirect ? 'object' : 'unknown',
      members: readMembers(source, shown.members, guess),
      isComplete: shown.isComplete,
    }
  return { ...span, kind: noObjects.has(value.name) ? 'no-object' : 'unknown', members: [], isComplete: false }
}

const noObjects: ReadonlySet<string> = new Set([
  ...['String', 'FormatString', 'ContinuedString', 'Number', 'Boolean', 'ArrayExpression', 'TupleExpression'],
  ...['SetExpression', 'ArrayComprehensionExpression', 'None'],
])

function readMembers(
  source: Source,
  members: readonly { key: SyntaxNode; value: SyntaxNode }[],
  guess: Guess,
): Member[] {
  return members.flatMap(({ key, value }) => {
    const name = key.name === 'VariableName' ? textOf(source, key) : plainText(source, key)
    return name === null ? [] : [{ ...spanOf(source, key), name, type: guess.type(value) }]
  })
}

function readImports(source: Source): Import[] {
  const imports: Import[] = []
  visit(source.tree.topNode, named('ImportStatement'), (node) => {
    const isGuarded = isInside(node, 'TryStatement')
    for (const first of importedNames(node)) {
      imports.push({ ...spanOf(source, first), module: textOf(source, first), isGuarded })
    }
    return 'skip'
  })
  return imports
}

/** The first names of the modules: `a` of `import a.b as c` and of `from a.b import c`. Relative imports have none. */
function importedNames(statement: SyntaxNode): SyntaxNode[] {
  const [keyword, ...rest] = childrenOf(statement)
  if (keyword?.name === 'from') return rest[0]?.name === 'VariableName' ? [rest[0]] : []
  return piecesOf(statement).flatMap((piece) => {
    const name = piece.find((node) => node.name === 'VariableName')
    return name ? [name] : []
  })
}

function isInside(node: SyntaxNode, name: string): boolean {
  for (let at = node.parent; at; at = at.parent) if (at.name === name) return true
  return false
}
