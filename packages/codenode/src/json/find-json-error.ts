type Expected = 'value' | 'key' | 'colon' | 'comma' | 'end'

/**
 * Where a text stops being JSON, as an index; the parser itself does not always tell. Null for a sound text. It looks at each
 * character once, without patterns: those overflow the stack on a text of some megabytes. jsonc-parser finds the same places,
 * but keeps each space between two values for itself: 16 MB of them take it 630 MB.
 */
export function findJsonError(text: string): number | null {
  const open: string[] = []
  let expected: Expected = 'value'
  // An empty object or array may be closed where its first member could stand.
  let mayClose = false
  for (let at = 0; ; ) {
    const start = skipSpace(text, at)
    if (start === text.length) return expected === 'end' ? null : start
    const mark = text[start] ?? ''
    at = start + 1
    if (mark === '{' || mark === '[') {
      if (expected !== 'value') return start
      open.push(mark)
      expected = mark === '{' ? 'key' : 'value'
      mayClose = true
      continue
    }
    if (mark === '}' || mark === ']') {
      if (open.at(-1) !== (mark === '}' ? '{' : '[') || !(expected === 'comma' || mayClose)) return start
      open.pop()
      expected = open.length > 0 ? 'comma' : 'end'
    } else if (mark === ',') {
      if (expected !== 'comma') return start
      expected = open.at(-1) === '{' ? 'key' : 'value'
    } else if (mark === ':') {
      if (expected !== 'colon') return start
      expected = 'value'
    } else {
      const isKey: boolean = expected === 'key'
      if (!isKey && expected !== 'value') return start
      at = mark === '"' ? endOfString(text, start) : isKey ? -1 : endOfWord(text, start)
      if (at < 0) return start
      expected = isKey ? 'colon' : open.length > 0 ? 'comma' : 'end'
    }
    mayClose = false
  }
}

function skipSpace(text: string, from: number): number {
  let at = from
  while (isSpace(text.charCodeAt(at))) at++
  return at
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09
}

const quote = 0x22
const backslash = 0x5c

/** Behind the text that begins at `start`, or −1 where it is none. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === quote) return at + 1
    if (code < 0x20) return -1
    if (code !== backslash) continue
    const escaped = text[++at] ?? ''
    if (escaped === 'u' && /^[\da-f]{4}$/i.test(text.slice(at + 1, at + 5))) at += 4
    else if (escaped === '' || !'"\\/bfnrt'.includes(escaped)) return -1
  }
  return -1
}

/** Behind the number, `true`, `false` or `null` that begins at `start`, or −1 where it is none. */
function endOfWord(text: string, start: number): number {
  const word = ['true', 'false', 'null'].find((it) => text.startsWith(it, start))
  const end = word ? start + word.length : endOfNumber(text, start)
  return end < 0 || isWordPart(text, end) ? -1 : end
}

function endOfNumber(text: string, start: number): number {
  let at = text[start] === '-' ? start + 1 : start
  const whole = skipDigits(text, at)
  if (whole === at || (text[at] === '0' && whole > at + 1)) return -1
  at = whole
  if (text[at] === '.') {
    const end = skipDigits(text, at + 1)
    if (end === at + 1) return -1
    at = end
  }
  if (text[at] !== 'e' && text[at] !== 'E') return at
  const digits = text[at + 1] === '+' || text[at + 1] === '-' ? at + 2 : at + 1
  const end = skipDigits(text, digits)
  return end === digits ? -1 : end
}

function skipDigits(text: string, from: number): number {
  let at = from
  for (let code = text.charCodeAt(at); code >= 0x30 && code <= 0x39; code = text.charCodeAt(at)) at++
  return at
}

/** A letter, digit, `_`, `.`, `+` or `-` makes what stands before it no number and no word. */
function isWordPart(text: string, at: number): boolean {
  return at < text.length && /[\w.+-]/.test(text[at] ?? '')
}
