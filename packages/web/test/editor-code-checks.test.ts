/** What the code editor says about the code: its marks, its list, its offers, and how it shows them. */
import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type EditorSite, editorOn, skipReason, startEditor } from './support/editor-page.ts'
import { findViolations, showTheme } from './support/panel-actions.ts'

describe.skipIf(skipReason)(`the checked code${skipReason ? ` (skipped: ${skipReason})` : ''}`, () => {
  let site: EditorSite
  let page: Page
  let code: Locator
  let panel: Locator

  beforeAll(async () => {
    site = await startEditor({ packages: 'installed' })
  })
  afterAll(async () => await site?.close())
  beforeEach(async () => {
    page = await site.open()
    const editor = editorOn(page)
    code = editor.code
    panel = editor.panel('Code')
    await editor.way('Start').click()
    await editor.menu.getByRole('option', { name: /^Code/ }).click()
    await code.waitFor()
  })

  async function write(text: string): Promise<void> {
    await code.click()
    await page.keyboard.press('ControlOrMeta+a')
    await page.keyboard.insertText(text)
  }
  const lines = (): Promise<string[]> => page.locator('.cm-content .cm-line').allTextContents()
  const listed = (): Promise<string[]> =>
    panel
      .getByRole('list', { name: /in the code$/ })
      .getByRole('listitem')
      .allTextContents()
  const offered = (name: string | RegExp): Locator =>
    page.locator('.cm-tooltip-autocomplete').getByRole('option', { name })

  test('warnings follow the inputs and outputs without a key in the code, and are listed with their lines', async () => {
    await write('def main(text: str) -> dict:\n    return {\n        "result": text,\n        "more": 1,\n    }')
    await expect.poll(listed).toEqual(['Line 4 "more" isn\'t declared as an output and will be dropped.'])
    await page.locator('.cm-gutter-lint .cm-lint-marker-warning').waitFor()
    await panel.getByRole('button', { name: 'Detect from code' }).click()
    await expect.poll(listed).toEqual([])
    await page.locator('.cm-lintRange').first().waitFor({ state: 'detached' })
    await panel.getByRole('textbox', { name: 'Name of input 1' }).fill('csv')
    await expect
      .poll(listed)
      .toEqual([
        'Line 1 Input "csv" has no parameter. Calling main would fail.',
        'Line 1 Parameter "text" is not an input. Calling main would fail.',
      ])
    await panel.getByRole('button', { name: 'Update main() to match inputs' }).click()
    await expect.poll(listed).toEqual(['Line 3 “text” isn’t defined.'])
    // An output that is missing is told at the word `return`, not over the whole object.
    await panel.getByRole('button', { name: 'Add output' }).click()
    await page.keyboard.type('late')
    await page.keyboard.press('Enter')
    await expect.poll(listed).toContain('Line 2 Output "late" is missing here.')
    const marked = page.locator('.cm-lintRange').filter({ hasText: 'return' })
    await expect.poll(() => marked.textContent()).toBe('return')
    expect(await findViolations(page)).toEqual([])
    await panel.getByRole('button', { name: /^Line 3/ }).click()
    await page.keyboard.type('x')
    expect((await lines())[2]).toBe('        "result": xtext,')
  })

  test('Enter takes what is offered after a dot, in an editor where nothing was written before', async () => {
    await write('import math\n\ndef main():\n    y = 1')
    await panel.getByRole('button', { name: 'Close', exact: true }).click()
    await editorOn(page).node('Code').click()
    await code.click()
    await page.keyboard.press('ControlOrMeta+End')
    await page.keyboard.press('Backspace')
    await page.keyboard.type('math.')
    await offered(/^acos\b/).waitFor()
    // The editor takes no key for a list that has been open for less than 75 ms.
    await page.waitForTimeout(200)
    await page.keyboard.press('Enter')
    await expect.poll(async () => (await lines()).at(-1)).toBe('    y = math.acos')
  })

  test('Enter gives a new line after a word that is written in full; nothing is offered that begins otherwise', async () => {
    for (const line of ['import json', 'import re', 'import numpy', 'from math import sqrt']) {
      await write('')
      await page.keyboard.type(line)
      await expect.poll(() => offered(new RegExp(`^${line.split(' ').at(-1)}$`)).count()).toBe(0)
      await page.keyboard.press('Enter')
      await expect.poll(lines).toEqual([line, ''])
    }
    await write('')
    await page.keyboard.type('import Impo')
    await page.keyboard.press('Control+Space')
    await page.keyboard.press('Escape')
    await write('')
    await page.keyboard.type('import pan')
    await offered(/^pandas/).waitFor()
    expect(await offered(/^pan$/).count()).toBe(0)
    await page.keyboard.type('d')
    await offered(/^pandas/).waitFor()
    await page.locator('.cm-tooltip-autocomplete:not(.cm-tooltip-autocomplete-disabled)').waitFor()
    await page.keyboard.press('Enter')
    expect(await lines()).toEqual(['import pandas'])
    await write('')
    await page.keyboard.type('const')
    await page.keyboard.press('Control+Space')
    await page.keyboard.type('x')
    await expect.poll(lines).toEqual(['constx'])
    expect((await offered(/./).allTextContents()).filter((it) => !/^c/i.test(it))).toEqual([])
  })

  test('wrapped lines keep their indentation, and numbers stay beside their lines under a failure', async () => {
    const long = `    text = "${'word '.repeat(40)}"`
    await write(`def main(text):\n${long}\n    raise ValueError(text)\n\n# end`)
    const second = page.locator('.cm-line').nth(1)
    const lefts = await second.evaluate((line) => {
      const range = document.createRange()
      range.selectNodeContents(line)
      return [...range.getClientRects()].filter(({ width }) => width > 1).map(({ left }) => Math.round(left))
    })
    const [margin = 0] = lefts
    expect(lefts.length).toBeGreaterThan(2)
    expect(Math.min(...lefts)).toBe(margin)
    await panel.getByRole('button', { name: 'Run', exact: true }).first().click()
    const failure = page.locator('.cm-failure')
    await failure.getByText('ValueError').waitFor()
    const fonts = await page.evaluate(() =>
      ['.cm-failure > div', '.cm-line'].map((it) => getComputedStyle(document.querySelector(it) as Element).fontFamily),
    )
    expect(fonts[0]).toBe(fonts[1])
    const tops = async (locator: Locator) => Math.round((await locator.boundingBox())?.y ?? Number.NaN)
    const number = page.locator('.cm-lineNumbers .cm-gutterElement').filter({ hasText: /^5$/ })
    const last = page.locator('.cm-line').filter({ hasText: '# end' })
    await expect.poll(async () => (await tops(number)) - (await tops(last))).toBe(0)
  })

  test.each(['light', 'dark'] as const)(
    'find and replace looks like the rest, by keys and by name (%s)',
    async (theme) => {
      await showTheme(page, theme)
      await write('one two one\nOne')
      await page.keyboard.press('ControlOrMeta+Home')
      await page.keyboard.press('ControlOrMeta+f')
      const find = page.getByRole('search', { name: 'Find and replace' })
      await page.keyboard.type('one')
      await find.getByRole('status').getByText('3 matches').waitFor()
      await page.keyboard.press('Enter')
      await find.getByText('1 of 3').waitFor()
      await find.getByRole('button', { name: 'Match case' }).click()
      await find.getByText('1 of 2').waitFor()
      expect(await find.getByRole('button', { name: 'Match case' }).getAttribute('aria-pressed')).toBe('true')
      const fonts = await page.evaluate(() =>
        ['[role=search] input', '[role=search] button', 'body'].map(
          (it) => getComputedStyle(document.querySelector(it) as Element).fontFamily,
        ),
      )
      expect(new Set(fonts).size).toBe(1)
      expect(await findViolations(page)).toEqual([])
      await find.getByRole('textbox', { name: 'Replace with' }).fill('1')
      await find.getByRole('button', { name: 'Replace all' }).click()
      expect(await lines()).toEqual(['1 two 1', 'One'])
      await find.getByRole('textbox', { name: 'Find' }).press('Escape')
      await find.waitFor({ state: 'detached' })
    },
  )
})
