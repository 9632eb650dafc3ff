import { expect, test } from 'vitest'
import { completionsFor } from './completions.ts'

test('main, inputs, their members and packages are offered', () => {
  const inputs = [
    {
      name: 'user',
      type: 'object',
      children: { id: { type: 'number' as const } },
      sample: { id: 'x', rows: [{ price: 1 }] },
    },
  ]
  const packages = {
    python: [],
    javascript: [{ name: 'lodash', version: '4.17.21', importNames: ['lodash'], preloaded: true }],
  }
  const entries = completionsFor({ language: 'javascript', inputs, packages })
  expect(entries.filter(({ detail }) => detail !== 'Node.js')).toEqual([
    { label: 'main', path: '', kind: 'function', detail: 'main({ user })', insert: 'function main({ user }) {\n  \n}' },
    { label: 'user', path: '', kind: 'input', detail: 'object' },
    { label: 'id', path: 'user', kind: 'member', detail: 'number' },
    { label: 'rows', path: 'user', kind: 'member', detail: 'array[object]' },
    { label: 'price', path: 'user.rows[]', kind: 'member', detail: 'number' },
    { label: 'lodash', path: '', kind: 'package', detail: '4.17.21' },
  ])
  expect(entries).toContainEqual({ label: 'fs', path: '', kind: 'package', detail: 'Node.js' })
})
