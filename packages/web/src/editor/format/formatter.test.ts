import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { CodeLanguage } from 'codenode/contract'
import { describe, expect, test } from 'vitest'
import { loadPythonFormatter } from './format-python.ts'
import { formatScript } from './format-script.ts'

const readRuff = () => readFile(fileURLToPath(import.meta.resolve('@wasm-fmt/ruff_fmt/wasm')))

async function format(language: CodeLanguage, code: string): Promise<string> {
  return language === 'python3' ? await (await loadPythonFormatter(readRuff))(code) : await formatScript(code, language)
}

const long = Array.from({ length: 12 }, (_, n) => `value_${n}`).join(', ')

describe('code is written as its language is written', () => {
  const cases: [CodeLanguage, string, string][] = [
    ['python3', "def main (a,b ):\n  return {'x':a,\n 'y':b}", 'def main(a, b):\n    return {"x": a, "y": b}\n'],
    [
      'python3',
      '    def main(a):\n      t="""\n  x"""\n      return a',
      'def main(a):\n    t = """\n  x"""\n    return a\n',
    ],
    [
      'python3',
      `f(${long})`,
      `f(\n${long
        .split(', ')
        .map((it) => `    ${it},\n`)
        .join('')})\n`,
    ],
    ['javascript', "function main({a}){return {x:'y',a}}", 'function main({ a }) {\n  return { x: "y", a };\n}\n'],
    ['javascript', 'return await x', 'return await x;\n'],
    [
      'typescript',
      'const main=({a}:{a:string}):R=>({x:a as T}satisfies R)',
      'const main = ({ a }: { a: string }): R => ({ x: a as T }) satisfies R;\n',
    ],
    [
      'typescript',
      'enum A{b=1}\ntype X=[a:string,...b:number[]]',
      'enum A {\n  b = 1,\n}\ntype X = [a: string, ...b: number[]];\n',
    ],
  ]
  test.each(cases)('%s %j', async (language, code, formatted) => {
    expect(await format(language, code)).toBe(formatted)
    expect(await format(language, formatted)).toBe(formatted)
  })
})

describe('code that is no program is refused, with the line', () => {
  const cases: [CodeLanguage, string, number, string][] = [
    ['python3', 'x = "ä"\ndef main(a)\n  return {}', 2, 'Expected `:`, found newline'],
    ['python3', '  x = 1\n  y = = 2\n', 2, 'Expected an expression'],
    ['javascript', 'function main({a}) {\n return [1,2 }', 2, 'Unexpected token, expected ","'],
    ['typescript', 'const x: = 1', 1, 'Unexpected token'],
  ]
  test.each(cases)('%s %j', async (language, code, line, message) => {
    await expect(format(language, code)).rejects.toMatchObject({ name: 'FormatError', line, message })
  })
})
