const token =
  /[ \t\n\r]*(?:([{}[\],:])|("(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*")|(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.+-]))/y

type Expected = 'value' | 'key' | 'colon' | 'comma' | 'end'

/** Where a text stops being JSON, as an index; the parser itself does not always tell. Null for a sound text. */
export function findJsonError(text: string): number | null {
  const open: ('{' | '[')[] = []
  let expected: Expected = 'value'
  // An empty object or array may be closed where its first member could stand.
  let mayClose = false
  token.lastIndex = 0
  for (let at = 0; ; at = token.lastIndex) {
    const start = skipSpace(text, at)
    if (start === text.length) return expected === 'end' ? null : start
    token.lastIndex = at
    const found = token.exec(text)
    if (!found) return start
    const [, mark, string] = found
    const top = open.at(-1)
    if (mark === '{' || mark === '[') {
      if (expected !== 'value') return start
      open.push(mark)
      expected = mark === '{' ? 'key' : 'value'
      mayClose = true
      continue
    }
    if (mark === '}' || mark === ']') {
      if (top !== (mark === '}' ? '{' : '[') || !(expected === 'comma' || mayClose)) return start
      open.pop()
      expected = open.length > 0 ? 'comma' : 'end'
    } else if (mark === ',') {
      if (expected !== 'comma') return start
      expected = top === '{' ? 'key' : 'value'
    } else if (mark === ':') {
      if (expected !== 'colon') return start
      expected = 'value'
    } else if (expected === 'key') {
      if (string === undefined) return start
      expected = 'colon'
    } else {
      if (expected !== 'value') return start
      expected = open.length > 0 ? 'comma' : 'end'
    }
    mayClose = false
  }
}

function skipSpace(text: string, from: number): number {
  let at = from
  while (at < text.length && ' \t\n\r'.includes(text[at] ?? '')) at++
  return at
}
