import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { scopeTheme } from '../scope-theme.ts'

test('the embedded panel has every variable of the theme, and nothing that reaches beyond it', () => {
  const theme = readFileSync(new URL('../src/theme/theme.css', import.meta.url), 'utf8')
  const scoped = scopeTheme(theme)
  const variablesIn = (css: string) => [...css.matchAll(/^ {2}(--[\w-]+):/gm)].map(([, name]) => name)
  expect(variablesIn(scoped)).toEqual(variablesIn(theme))
  expect([...scoped.matchAll(/^(.*) \{$/gm)].map(([, selector]) => selector)).toEqual([
    '.codenode',
    '[data-theme="light"] .codenode',
    '[data-theme="dark"] .codenode',
  ])
})
