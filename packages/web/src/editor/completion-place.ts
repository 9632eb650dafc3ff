/** What is being typed: a name that stands alone, or a member of `path`, after a dot or as a key in quotes. */
export type CompletionPlace = {
  /** As the completions write it: `rows[].address`; empty where the name stands alone. */
  path: string
  typed: string
  form: 'name' | 'member' | 'key'
  /** The quote that a key began with. */
  quote: string
}

const step = String.raw`[\w$]+(?:\[[^\]\n]*\])*`
const member = new RegExp(String.raw`((?:${step}\.)*${step})\.([\w$]*)$`)
const key = new RegExp(String.raw`((?:${step}\.)*${step})\[(["'])([^"'\n]*)$`)
const name = /(^|[^\w$.])([\w$]+)$/

/** What the text before the cursor ends with; null: nothing that could be completed. */
export function completionPlace(before: string): CompletionPlace | null {
  const [, keyPath, quote = '', keyTyped = ''] = key.exec(before) ?? []
  if (keyPath !== undefined) return { path: toPath(keyPath), typed: keyTyped, form: 'key', quote }
  const [, memberPath, memberTyped = ''] = member.exec(before) ?? []
  if (memberPath !== undefined) return { path: toPath(memberPath), typed: memberTyped, form: 'member', quote: '' }
  const [, , typed] = name.exec(before) ?? []
  return typed === undefined ? null : { path: '', typed, form: 'name', quote: '' }
}

/** `a["b"][0]` is `a.b[]`. */
function toPath(text: string): string {
  return text.replaceAll(/\[(["'])([^\]]*)\1\]/g, '.$2').replaceAll(/\[[^\]]+\]/g, '[]')
}
