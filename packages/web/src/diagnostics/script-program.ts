import type { Guess } from './guess.ts'
import { guessScript } from './guess-script.ts'
import type { Import, Main, Program, Returned } from './program.ts'
import { readScriptParameters } from './script-parameters.ts'
import {
  childNamed,
  childrenOf,
  named,
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

/** JavaScript and TypeScript. */
export function readScript(source: Source): Program {
  const found = findMain(source)
  const only = found.length === 1 ? found[0] : undefined
  return {
    syntaxErrors: syntaxErrorsOf(source),
    isUnderstood: isUnderstood(source),
    main: only ? readMain(source, only) : null,
    unknownNames: only ? unknownNames(source, only.body.lastChild ?? only.body, 'typescript') : [],
    // What is exported counts where nothing has that name; an imported or computed main cannot be seen.
    mayDefineMain: found.length > 1 || (found.length === 0 && (mayExport.test(source.text) || bindsMain(source))),
    imports: readImports(source),
  }
}

const mayExport = /\bexports?\b|\beval\b|\bglobalThis\b/

type Found = { name: SyntaxNode; body: SyntaxNode }

const functions: ReadonlySet<string> = new Set(['FunctionDeclaration', 'FunctionExpression', 'ArrowFunction'])
const closed: ReadonlySet<string> = new Set([...functions, 'ClassDeclaration', 'ClassExpression', 'MethodDeclaration'])

/** The functions called main at the top of the program; signatures without a body are overloads. */
function findMain(source: Source): Found[] {
  const found: Found[] = []
  visit(source.tree.topNode, named(...closed), (node) => {
    if (node.name === 'FunctionDeclaration') {
      const name = childNamed(node, 'VariableDefinition')
      if (name && textOf(source, name) === 'main' && childNamed(node, 'Block')) found.push({ name, body: node })
      return 'skip'
    }
    if (functions.has(node.name)) {
      const name = nameBefore(source, node)
      if (name) found.push({ name, body: node })
    }
    return closed.has(node.name) ? 'skip' : undefined
  })
  return found
}

/** `main` of `const main = …` and `main = …`. */
function nameBefore(source: Source, value: SyntaxNode): SyntaxNode | null {
  const equals = value.prevSibling
  if (equals?.name !== 'Equals') return null
  const before = equals.prevSibling?.name === 'TypeAnnotation' ? equals.prevSibling.prevSibling : equals.prevSibling
  const isName = before?.name === 'VariableDefinition' || before?.name === 'VariableName'
  return before && isName && textOf(source, before) === 'main' ? before : null
}

const names = ['VariableDefinition', 'VariableName', 'PropertyName', 'PropertyDefinition']

/** Whether the name is bound in a way that cannot be read as a function. */
function bindsMain(source: Source): boolean {
  let isBound = false
  visit(source.tree.topNode, named(...closed, ...names), (node) => {
    if (closed.has(node.name)) return 'skip'
    const isCalled = node.parent?.name === 'CallExpression' && node.parent.firstChild?.from === node.from
    const isName = names.includes(node.name)
    if (isName && !isCalled && textOf(source, node) === 'main') isBound = true
    return undefined
  })
  return isBound
}

function readMain(source: Source, { name, body }: Found): Main | null {
  const list = childNamed(body, 'ParamList')
  const content = body.lastChild
  if (!list || !content) return null
  const open = childNamed(list, '(')
  const close = childNamed(list, ')')
  const parameters = readScriptParameters(source, list)
  const guess = guessScript(source, content, parameters)
  const { returns, canEnd } = readReturns(source, content, guess)
  const isGenerator = childNamed(body, 'Star') !== null
  return {
    name: spanOf(source, name),
    list: open && close ? spanOf(source, { from: open.to, to: close.from }) : open ? null : spanOf(source, list),
    hasParentheses: open !== null,
    parameters,
    isAsWritten: !/\barguments\b/.test(textOf(source, content)),
    returns: isGenerator ? [] : returns,
    canEndWithoutReturn: canEnd && !isGenerator,
    takesObject: isUsedAsObject(source, content, parameters[0]?.name ?? ''),
  }
}

/** `x.a`, `x['a']`, `= x`, `...x`: a parameter from which the inputs are taken. */
function isUsedAsObject(source: Source, body: SyntaxNode, name: string): boolean {
  let isObject = false
  const isLike = (place: { name: string; from: number; to: number }) =>
    place.name === 'VariableName' && place.to - place.from === name.length
  visit(body, isLike, (node) => {
    if (textOf(source, node) !== name) return undefined
    const { parent, prevSibling } = node
    const isTaken = parent?.name === 'MemberExpression' && parent.firstChild?.from === node.from
    const isUnpacked = prevSibling?.name === 'Equals' && prevSibling.prevSibling?.name === 'ObjectPattern'
    if (isTaken || isUnpacked || prevSibling?.name === 'Spread') isObject = true
    return undefined
  })
  return isObject
}

function readReturns(source: Source, body: SyntaxNode, guess: Guess): { returns: Returned[]; canEnd: boolean } {
  if (body.name !== 'Block') return { returns: [readReturned(source, body, guess)], canEnd: false }
  const returns: Returned[] = []
  let throws = false
  visit(body, named(...closed, 'ThrowStatement', 'ReturnStatement'), (node) => {
    if (closed.has(node.name)) return 'skip'
    if (node.name === 'ThrowStatement') throws = true
    if (node.name !== 'ReturnStatement') return undefined
    const value = childrenOf(node).find(
      (child) => !['return', ';'].includes(child.name) && !child.name.endsWith('Comment'),
    )
    if (value) returns.push(readReturned(source, value, guess))
    else returns.push({ ...spanOf(source, node), kind: 'nothing', members: [], isComplete: true })
    return undefined
  })
  return { returns, canEnd: returns.length === 0 && !throws }
}

function readReturned(source: Source, value: SyntaxNode, guess: Guess): Returned {
  const span = placeOfReturn(source, value)
  const shown = guess.object(value)
  if (!shown)
    return { ...span, kind: noObjects.has(value.name) ? 'no-object' : 'unknown', members: [], isComplete: false }
  const members = shown.members.flatMap(({ key, value: member }) => {
    const name = key.name === 'String' ? plainText(source, key) : textOf(source, key)
    return name === null ? [] : [{ ...spanOf(source, key), name, type: guess.type(member) }]
  })
  return { ...span, kind: shown.isDirect ? 'object' : 'unknown', members, isComplete: shown.isComplete }
}

const noObjects: ReadonlySet<string> = new Set([
  'String',
  'TemplateString',
  'Number',
  'BooleanLiteral',
  'ArrayExpression',
  'null',
])

function readImports(source: Source): Import[] {
  const imports: Import[] = []
  const kinds = named('ImportDeclaration', 'ExportDeclaration', 'DynamicImport', 'CallExpression')
  visit(source.tree.topNode, kinds, (node) => {
    const text = importedBy(source, node)
    const module = text && plainText(source, text)
    if (text && module) imports.push({ ...spanOf(source, text), module, isGuarded: isGuarded(node) })
    return undefined
  })
  return imports
}

/** The text of a module's name: of imports, exports from, `import()` and `require()`. */
function importedBy(source: Source, node: SyntaxNode): SyntaxNode | null {
  if (node.name === 'ImportDeclaration' || node.name === 'ExportDeclaration') {
    // Types vanish before the program is run.
    const isType = childNamed(node, 'type') !== null
    return isType ? null : childNamed(node, 'String')
  }
  if (node.name === 'DynamicImport') {
    // `typeof import("name")` is a type as well.
    const isType = /\btypeof\s*$/.test(source.text.slice(Math.max(0, node.from - 40), node.from))
    return isType ? null : childNamed(node, 'String')
  }
  if (node.name !== 'CallExpression' || !node.firstChild) return null
  if (textOf(source, node.firstChild) !== 'require') return null
  const list = childNamed(node, 'ArgList')
  return list && childNamed(list, 'String', 'TemplateString')
}

function isGuarded(node: SyntaxNode): boolean {
  for (let at = node.parent; at; at = at.parent) if (at.name === 'TryStatement') return true
  return false
}
