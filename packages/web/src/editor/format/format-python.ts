import { python } from '@codemirror/lang-python'
import * as ruff from '@wasm-fmt/ruff_fmt/ruff_fmt_bg.js'
import wasmUrl from '@wasm-fmt/ruff_fmt/wasm?url&no-inline'
import { isIndented } from '../../diagnostics/parse-source.ts'
import { FormatError, type Formatter, lineWidth } from './formatter.ts'
import { tidyIndentation } from './tidy-indentation.ts'

const style = { indent_style: 'space', indent_width: 4, line_width: lineWidth, line_ending: 'lf' } as const

let loaded: Promise<unknown> | undefined

/** Python as Ruff writes it. `fetchRuff` gives its program; default: it is fetched from beside this script. */
export async function loadPythonFormatter(fetchRuff = fetchProgram): Promise<Formatter> {
  loaded ??= start(fetchRuff)
  await loaded.catch((error: unknown) => {
    // The next use tries again.
    loaded = undefined
    throw error
  })
  return async (code) => formatPython(code)
}

async function start(fetchRuff: () => Promise<BufferSource>): Promise<void> {
  const { instance } = await WebAssembly.instantiate(await fetchRuff(), { './ruff_fmt_bg.js': { ...ruff } })
  ruff.__wbg_set_wasm(instance.exports)
}

/** As bytes, so that it does not matter what a server says they are. */
async function fetchProgram(): Promise<BufferSource> {
  const response = await fetch(wasmUrl)
  if (!response.ok) throw new Error(`The formatter is not there: status ${response.status}.`)
  return await response.arrayBuffer()
}

function formatPython(code: string): string {
  // A program that is indented as a whole is run as if it were not; Ruff refuses it.
  const text = isIndented(code) ? tidyIndentation(code, python(), 'python') : code
  try {
    return ruff.format(text, 'main.py', style)
  } catch (error) {
    throw toFormatError(error, text)
  }
}

/** Ruff throws a text that ends with the place in UTF-8. */
function toFormatError(error: unknown, text: string): unknown {
  const [, reason = '', at = ''] = /^([\s\S]*?) at byte range (\d+)\.\.\d+$/.exec(String(error)) ?? []
  if (reason === '') return error
  const before = new TextDecoder().decode(new TextEncoder().encode(text).subarray(0, Number(at)))
  return new FormatError(before.split('\n').length, reason)
}
