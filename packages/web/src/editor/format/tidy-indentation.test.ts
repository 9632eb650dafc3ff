import { javascript } from '@codemirror/lang-javascript'
import { python } from '@codemirror/lang-python'
import { expect, test } from 'vitest'
import { tidyIndentation } from './tidy-indentation.ts'

const cases: [string, 'python' | 'script', string, string][] = [
  ['a margin goes', 'python', '    def main():\n        return {}\n', 'def main():\n    return {}\n'],
  [
    'tabs become spaces',
    'python',
    'def main():\n\tif 1:\n\t\treturn {}  \n',
    'def main():\n    if 1:\n        return {}\n',
  ],
  [
    'texts stay',
    'python',
    '\tdef main():\n\t\ttext = """\n\ta  \n  b"""\n\t\treturn {}\n',
    'def main():\n    text = """\n\ta  \n  b"""\n    return {}\n',
  ],
  [
    'JavaScript is indented by its structure',
    'script',
    '  function main() {\nconst a = `\n x`\n      return {\na }\n}\n',
    'function main() {\n  const a = `\n x`\n  return {\n    a }\n}\n',
  ],
  ['nothing stays nothing', 'python', '', ''],
]

test.each(cases)('%s', (_, kind, code, tidy) => {
  expect(tidyIndentation(code, kind === 'python' ? python() : javascript(), kind)).toBe(tidy)
})
