import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { failuresPage } from '../scripts/failures-page.ts'

test('docs/failures.md is what the catalogue says; `npm run docs` writes it anew', async () => {
  const page = await readFile(new URL('../../../docs/failures.md', import.meta.url), 'utf8')
  expect(page).toBe(failuresPage())
})
