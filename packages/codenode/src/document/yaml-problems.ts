import { type Document, isCollection, isScalar, Lexer, type LineCounter, type Node, visit, type YAMLMap } from 'yaml'
import { cutName } from '../contract/issues.ts'
import { quote } from '../contract/values.ts'
import { findUnclosed } from './indent-quoted.ts'

/** `line`, `column`: from 1; null where the whole text is meant. */
export type YamlProblem = { at: { line: number; column: number } | null; message: string }

/** One mistake can make thousands; the first are the ones to mend. */
const maxProblems = 20

/** Far more than exports have. Parsing takes about 4 µs a token, and an alias is looked for in the whole document. */
const bounds = { characters: 2 * 2 ** 20, tokens: 300_000, aliases: 100 }

/** What makes a text of a stranger too much work to parse; null: nothing does. */
export function findExcess(text: string): YamlProblem | null {
  if (text.length > bounds.characters) {
    return excess(`has more than ${bounds.characters} characters of YAML; send it as JSON.`)
  }
  let tokens = 0
  let aliases = 0
  for (const token of new Lexer().lex(text)) {
    tokens++
    if (token.startsWith('*')) aliases++
    if (tokens > bounds.tokens) return excess(`has more than ${bounds.tokens} tokens of YAML; send it as JSON.`)
    if (aliases > bounds.aliases) return excess(`has more than ${bounds.aliases} aliases; write their values out.`)
  }
  return null
}

/** What is wrong with a document that was parsed with `uniqueKeys: false`: that check takes time by the square. */
export function findProblems(document: Document, text: string, lines: LineCounter): YamlProblem[] {
  if (document.errors.length > 0) return explainErrors(document.errors, text, lines)
  const problems: YamlProblem[] = []
  const add = (node: Node, message: string): void => {
    const { line, col: column } = lines.linePos(node.range?.[0] ?? 0)
    problems.push({ at: { line, column }, message })
  }
  visit(document, {
    Map: (_, map) => {
      for (const { key } of map.items)
        if (isCollection(key)) add(key, 'is an array or an object as a key; keys are strings.')
      for (const key of repeatedKeys(map)) add(key, `repeats the key ${quote(String(key.toJSON()))}.`)
    },
    Alias: (_, alias, path) => {
      const target = alias.resolve(document)
      if (!target) add(alias, `refers to ${cutName(alias.source)}, which is not there.`)
      else if (path.some((around) => around === target)) add(alias, `refers to what it is in itself.`)
    },
  })
  return problems.slice(0, maxProblems)
}

function repeatedKeys({ items }: YAMLMap): Node[] {
  const seen = new Set<unknown>()
  return items.flatMap(({ key }) => {
    if (!isScalar(key)) return []
    if (seen.has(key.value)) return [key]
    seen.add(key.value)
    return []
  })
}

/** Behind a quoted text that is not closed nothing is read as it is meant. */
function explainErrors(errors: Document['errors'], text: string, lines: LineCounter): YamlProblem[] {
  const unclosed = errors.some(({ code }) => code === 'MISSING_CHAR') ? findUnclosed(text) : null
  if (!unclosed) return errors.slice(0, maxProblems).map(explainError)
  const { line, col: column } = lines.linePos(unclosed.start)
  return [{ at: { line, column }, message: 'starts a quoted string that is never closed.' }]
}

function explainError({ linePos, message }: Document['errors'][number]): YamlProblem {
  const [at] = linePos ?? []
  // The parser adds the place and the lines around it.
  const what = message.split(/ at line \d+/)[0] ?? ''
  const said = what.startsWith('Maximum call stack') ? 'It is nested too deeply' : what
  return { at: at ? { line: at.line, column: at.col } : null, message: `cannot be read: ${said}.` }
}

function excess(message: string): YamlProblem {
  return { at: null, message }
}
