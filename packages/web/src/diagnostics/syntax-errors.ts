import type { Span } from './program.ts'
import { type Source, spanOf } from './syntax.ts'

/** Whether the parser found its way through the whole text. */
export function isUnderstood({ tree }: Source): boolean {
  let isRight = true
  tree.iterate({
    enter: ({ type }) => {
      if (type.isError) isRight = false
    },
  })
  return isRight
}

const maxErrors = 10

/** The places where the text stops being a program, the first of each line: what follows is a consequence. */
export function syntaxErrorsOf(source: Source): Span[] {
  const errors: Span[] = []
  const lines = new Set<number>()
  let consequencesUntil = -1
  source.tree.iterate({
    enter: ({ type, from, to, node }) => {
      if (!type.isError || errors.length === maxErrors) return
      const line = lineStart(source.text, from)
      if (lines.has(line)) return
      lines.add(line)
      if (line <= consequencesUntil) return
      const place = { from, to: Math.max(from, Math.min(to, lineEnd(source.text, from))) }
      // The parser needs a line more to find its way again.
      if (isValid(source.text, place, node.parent?.name ?? '')) consequencesUntil = lineEnd(source.text, from) + 1
      else errors.push(spanOf(source, place))
    },
  })
  return errors
}

/** What the parsers do not know, although Python and TypeScript do. Nobody shall be told of an error that is none. */
const unknownToParser: readonly { before: RegExp; at: RegExp; inside?: string }[] = [
  // `yield` without a value, and as a part of a text
  { before: /\byield[ \t]*$/, at: /^/ },
  { before: /$/, at: /^yield\b/ },
  // `1.`
  { before: /\d\.\s*$/, at: /^(?!\w)/ },
  { before: /\d$/, at: /^\.(?!\w)/ },
  // `with a as (b, c)`, `with (a as b, c as d):`
  { before: /\bas\s*$/, at: /^[([]/ },
  { before: /\bas\s*\([^()]*\)?:?$/, at: /^/ },
  { before: /\bwith\b.*$/, at: /^as\b/ },
  // `case Name():`
  { before: /\bcase\b.*\($/, at: /^\)/ },
  // `for *rest, last in`, `lambda a, /, b:`
  { before: /\bfor\s+$/, at: /^\*/ },
  { before: /\blambda\b[^:]*$/, at: /^\// },
  { before: /\blambda\b.*,\s*$/, at: /^\/\s*[,:]/ },
  // `export { type A }`
  { before: /(?:^|[{,])\s*(?:type\s+)?$/, at: /^[\w$]+/, inside: 'ExportGroup' },
  // `[name: string, ...rest: string[]]`
  { before: /\.\.\.\w+$/, at: /^:/ },
  { before: /$/, at: /^:/, inside: 'TupleType' },
  // `name: ({ a } = {}) => …`
  { before: /\)\s*$/, at: /^=>/ },
  // `let name!: number`
  { before: /\b(?:let|var)\s[^=;]*[\w$]$/, at: /^!\s*:/ },
  // `typeof import("name")`
  { before: /\btypeof\s*$/, at: /^import\b/ },
  { before: /\btypeof\s+import\s*$/, at: /^\(/ },
  { before: /\btypeof\s+import\s*\([^()]*\)?$/, at: /^/ },
  // `({ a } = {}, ...rest) =>`
  { before: /\(.*,\s*$/, at: /^\.\.\.\s*[\w$]+[^()]*\).*=>/ },
]

function isValid(text: string, { from, to }: Span, parent: string): boolean {
  const before = text.slice(lineStart(text, from), from)
  const at = text.slice(from, Math.max(to, from + 200))
  return unknownToParser.some(
    (one) => one.before.test(before) && one.at.test(at) && (one.inside === undefined || one.inside === parent),
  )
}

function lineStart(text: string, at: number): number {
  return text.lastIndexOf('\n', at - 1) + 1
}

function lineEnd(text: string, at: number): number {
  const end = text.indexOf('\n', at)
  return end === -1 ? text.length : end
}
