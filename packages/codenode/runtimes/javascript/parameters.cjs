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
    return text.includes('[native code]') ? [] : piecesOf(text).map((piece) => PLAIN.exec(piece)?.[1] ?? null)
  } catch {
    // A text that we cannot read is called with one object, the form that all real programs use.
    return []
  }
}

/**
 * Skips `async`, `function`, `*` and the name, up to the parameters.
 * @param {string} text
 */
function piecesOf(text) {
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
 * The text of each parameter, comments left out.
 * @param {string} text
 * @param {number} open where the parenthesis is
 */
function splitParameters(text, open) {
  const pieces = []
  let piece = ''
  let at = open + 1
  while (at < text.length) {
    const next = skipBlank(text, at)
    if (next > at) piece += ' '
    at = next
    const char = text[at]
    if (char === ',' || char === ')') {
      if (char === ',' || piece.trim() !== '') pieces.push(piece)
      if (char === ')') return pieces
      piece = ''
      at++
    } else {
      const end = skipPiece(text, at, piece)
      piece += text.slice(at, end)
      at = end
    }
  }
  return pieces
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

/** Names of members, up to a default or a name of their own: `text`, `lang = 'en'`, `a: b`. */
const MEMBER = /^\s*(?:([\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*)|["']([^"']*)["'])\s*(?:(=)|:(.*))?/su

/**
 * What each parameter asks for: a plain one its own name, a destructured one the names of its members.
 * @typedef {{ name: string | null, hasDefault: boolean, members: { name: string, hasDefault: boolean }[] }} Parameter
 * @param {Function} main
 * @returns {Parameter[]}
 */
function describeParameters(main) {
  try {
    const text = sourceOf(main)
    return text.includes('[native code]') ? [] : piecesOf(text).map(describeParameter)
  } catch {
    return [] // as above
  }
}

/** @param {string} piece @returns {Parameter} */
function describeParameter(piece) {
  const trimmed = piece.trim()
  const name = PLAIN.exec(piece)?.[1] ?? null
  if (!trimmed.startsWith('{')) return { name, hasDefault: trimmed.includes('='), members: [] }
  const end = skipGroup(trimmed, 1, '}')
  const members = splitParameters(`${trimmed.slice(0, end - 1)})`, 0).flatMap((member) => {
    const [, word, quoted, isDefault, rest = ''] = MEMBER.exec(member) ?? []
    const key = word ?? quoted
    return key === undefined ? [] : [{ name: key, hasDefault: isDefault !== undefined || rest.includes('=') }]
  })
  return { name: null, hasDefault: trimmed.slice(end).includes('='), members }
}

module.exports = { describeParameters, parameterNames }
