import { Lexer } from 'yaml'

/** Lexing begins anew behind each text that is indented, at about 0.7 µs a token; large texts are read where nobody waits. */
const maxTokens = (text: string): number => 60_000 + text.length

const maxAddedCharacters = 2 ** 20

/**
 * The text with quoted scalars indented whose later lines begin further left than YAML 1.2 allows. PyYAML, and so Dify, reads
 * them; the spaces do not count, as the beginning of a line in a quoted scalar never does. What is wrong otherwise stays.
 */
export function indentQuotedTexts(text: string): string {
  let indented = text
  let tokens = 0
  let added = 0
  for (;;) {
    const unclosed = findUnclosed(indented)
    if (unclosed === null) return indented
    tokens += unclosed.tokens
    const next = indentFrom(indented, unclosed.start)
    if (next === null) return indented
    added += next.length - indented.length
    if (tokens > maxTokens(text) || added > maxAddedCharacters) return indented
    indented = next
  }
}

/** The first quoted scalar that the lexer gave up: at the end of a line, or of the text. */
export function findUnclosed(text: string): { start: number; tokens: number } | null {
  let start = 0
  let tokens = 0
  for (const token of new Lexer().lex(text)) {
    // Marks of the lexer are not in the text.
    if (!text.startsWith(token, start)) continue
    tokens++
    if (/^['"]/.test(token) && closingQuote(token, 0) !== token.length - 1) return { start, tokens }
    start += token.length
  }
  return null
}

/** Null: it has no end, or no spaces help. */
function indentFrom(text: string, start: number): string | null {
  const end = closingQuote(text, start)
  if (end === -1) return null
  const scalar = text.slice(start, end)
  if (/\n(?:---|\.\.\.)\s/.test(scalar)) return null
  const lines = scalar.split('\n').length
  const column = start - (text.lastIndexOf('\n', start) + 1)
  if (column * lines > maxAddedCharacters) return null
  const indented = scalar.replaceAll(/\n(?=[^\r\n])/g, `\n${' '.repeat(column + 1)}`)
  return indented === scalar ? null : text.slice(0, start) + indented + text.slice(end)
}

/** Where the quoted scalar that begins at `start` ends; -1: nowhere. */
function closingQuote(text: string, start: number): number {
  const quote = text[start]
  for (let at = start + 1; at < text.length; at++) {
    if (quote === '"' && text[at] === '\\') at++
    else if (text[at] === quote) {
      if (quote === '"' || text[at + 1] !== "'") return at
      at++
    }
  }
  return -1
}
