/** A longer secret is looked for as it is and as JSON writes it. */
const maxEncoded = 1024

/** Base64 of less says too little to be told from other text. */
const minBase64Bytes = 8

/**
 * How a text may be written inside others: as it is; escaped as by JSON, once and twice, and in quoted texts of Python and
 * JavaScript; with the entities of HTML; percent-encoded; in Base64, wherever it begins there. Other forms, such as hexadecimal
 * digits, are not known.
 */
export function writtenForms(text: string): string[] {
  const forms = [text, ...escapedForms(text), ...entityForms(text)]
  if (text.length <= maxEncoded && text.isWellFormed()) forms.push(...percentForms(text), ...base64Forms(text))
  return [...new Set(forms)]
}

function escapedForms(text: string): string[] {
  const escaped = JSON.stringify(text).slice(1, -1)
  const quotes = escaped.replaceAll(/\\(.)/g, (pair, character: string) => (character === '"' ? '"' : pair))
  const inAscii = (form: string): string =>
    form.replaceAll(/[\u007f-\uffff]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
  const ofJson = [escaped, inAscii(escaped)]
  const twice = ofJson.map((form) => JSON.stringify(form).slice(1, -1))
  return [...ofJson, quotes, quotes.replaceAll("'", "\\'"), ...twice, ...ofJson.map(escapeForHtml)]
}

/** As Jinja2's `tojson` does, and others that write JSON into pages. */
function escapeForHtml(json: string): string {
  return json.replaceAll(/[<>&']/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/** Libraries differ in how they write quotes. */
function entityForms(text: string): string[] {
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
  return ['"', '&quot;', '&#34;', '&#x22;'].flatMap((double) =>
    ["'", '&#39;', '&#x27;', '&apos;'].map((single) => escaped.replaceAll('"', double).replaceAll("'", single)),
  )
}

function percentForms(text: string): string[] {
  const common = encodeURIComponent(text)
  const strict = common.replaceAll(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
  const forms = [common, strict, strict.replaceAll('%2F', '/'), strict.replaceAll('%20', '+')]
  return forms.flatMap((form) => [form, form.replaceAll(/%[0-9A-F]{2}/g, (code) => code.toLowerCase())])
}

/** One for each place in a group of three bytes at which the text can begin, without the digits that depend on what is around. */
function base64Forms(text: string): string[] {
  const bytes = new TextEncoder().encode(text)
  if (bytes.length < minBase64Bytes) return []
  return [0, 1, 2].flatMap((before) => {
    const all = new Uint8Array(before + bytes.length)
    all.set(bytes, before)
    const from = Math.ceil((before * 8) / 6)
    const end = Math.floor((all.length * 8) / 6)
    const digits = btoa(String.fromCharCode(...all)).slice(from, end)
    return [digits, digits.replaceAll('+', '-').replaceAll('/', '_')]
  })
}
