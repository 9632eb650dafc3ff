// @ts-check
'use strict'

// The names of a function's parameters, read from its source text.
const sourceOf = Function.prototype.call.bind(Function.prototype.toString)

const WORD = /[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*/uy
const PLAIN = /^\s*([\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*)\s*(?:=|$)/u
/** After these a slash begins a regular expression, not a division. */
const BEFORE_REGEX = '=(,[{:?&|!;+-*%^~<>'
const CLOSERS = /** @type {Record<string, string>} */ ({ '(': ')', '[': ']', '{': '}' })

/**
 * One entry for each parameter: its name, or null where it is destructured or a rest parameter.
 * Empty for native and bound functions, whose text is not known.
 * @param {Function} main
 * @returns {(string | null)[]}
 */
function parameterNames(main) {
  try {
    const text = sourceOf(main)
    return text.includes('[native code]') ? [] : readHead(text)
  } catch {
    // A text that we cannot read is called with one object, the form that all real programs use.
    return []
  }
}

/**
 * Skips `async`, `function`, `*` and the name, up to the parameters.
 * @param {string} text
 */
function readHead(text) {
  let at = 0
  for (;;) {
    at = skipBlank(text, at)
    const char = text[at]
    if (char === undefined) return []
    if (char === '(') return splitParameters(text, at)
    WORD.lastIndex = at
    const word = WORD.exec(text)?.[0]
    if (word) {
      at = skipBlank(text, at + word.length)
      if (text.startsWith('=>', at)) return [word]
    } else {
      at = skipPiece(text, at, '')
    }
  }
}

/**
 * @param {string} text
 * @param {number} open where the parenthesis is
 */
function splitParameters(text, open) {
  const names = []
  let piece = ''
  let at = open + 1
  while (at < text.length) {
    const next = skipBlank(text, at)
    if (next > at) piece += ' '
    at = next
    const char = text[at]
    if (char === ',' || char === ')') {
      if (char === ',' || piece.trim() !== '') names.push(PLAIN.exec(piece)?.[1] ?? null)
      if (char === ')') return names
      piece = ''
      at++
    } else {
      const end = skipPiece(text, at, piece)
      piece += text.slice(at, end)
      at = end
    }
  }
  return names
}

/**
 * The end of what begins at `at`: a string, template, regular expression, bracketed group, or one character.
 * @param {string} text
 * @param {number} at
 * @param {string} before what stands in front of it, to tell a regular expression from a division
 * @returns {number}
 */
function skipPiece(text, at, before) {
  const char = text[at]
  if (char === '"' || char === "'") return skipUntil(text, at + 1, char)
  if (char === '`') return skipTemplate(text, at + 1)
  if (char === '/' && BEFORE_REGEX.includes(before.trimEnd().at(-1) ?? '=')) return skipRegex(text, at + 1)
  const closer = CLOSERS[char]
  return closer ? skipGroup(text, at + 1, closer) : at + 1
}

/** @type {(text: string, at: number, closer: string) => number} */
function skipGroup(text, at, closer) {
  const start = at
  while (at < text.length) {
    at = skipBlank(text, at)
    if (text[at] === closer) return at + 1
    at = skipPiece(text, at, text.slice(start, at) || '(')
  }
  return at
}

/** @type {(text: string, at: number, quote: string) => number} */
function skipUntil(text, at, quote) {
  while (at < text.length && text[at] !== quote) at += text[at] === '\\' ? 2 : 1
  return at + 1
}

/** @type {(text: string, at: number) => number} */
function skipTemplate(text, at) {
  while (at < text.length && text[at] !== '`') {
    if (text.startsWith('${', at)) at = skipGroup(text, at + 2, '}')
    else at += text[at] === '\\' ? 2 : 1
  }
  return at + 1
}

/** @type {(text: string, at: number) => number} */
function skipRegex(text, at) {
  let isInClass = false
  while (at < text.length && (isInClass || text[at] !== '/')) {
    if (text[at] === '[') isInClass = true
    else if (text[at] === ']') isInClass = false
    at += text[at] === '\\' ? 2 : 1
  }
  return at + 1
}

/** White space and comments. @type {(text: string, at: number) => number} */
function skipBlank(text, at) {
  for (;;) {
    if (text.startsWith('//', at)) at = text.indexOf('\n', at) + 1 || text.length
    else if (text.startsWith('/*', at)) at = text.indexOf('*/', at + 2) + 2 || text.length
    else if (at < text.length && /\s/.test(text[at])) at++
    else return at
  }
}

module.exports = { parameterNames }
