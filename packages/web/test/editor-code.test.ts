/** The code editor as the service serves it: formatting and completion, under the page's own content policy. */
import type { Locator, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type EditorSite, editorOn, skipReason, startEditor } from './support/editor-page.ts'
import { findViolations } from './support/panel-actions.ts'

describe.skipIf(skipReason)(`the code editor${skipReason ? ` (skipped: ${skipReason})` : ''}`, () => {
  let site: EditorSite
  let page: Page
  let code: Locator
  let errors: string[]
  let asked: string[]

  beforeAll(async () => {
    site = await startEditor({ packages: 'installed' })
  })
  afterAll(async () => await site?.close())
  beforeEach(async () => {
    page = await site.open()
    errors = []
    asked = []
    page.on('request', (request) => asked.push(request.url()))
    page.on('pageerror', (error) => errors.push(error.message))
    page.on('console', (message) => message.type() === 'error' && errors.push(message.text()))
    const editor = editorOn(page)
    code = editor.code
    await editor.way('Start').click()
    await editor.menu.getByRole('option', { name: /^Code/ }).click()
    await code.waitFor()
  })
  afterEach(async () => {
    expect(errors).toEqual([])
    await page.close()
  })

  async function write(text: string): Promise<void> {
    await code.click()
    await page.keyboard.press('ControlOrMeta+a')
    await page.keyboard.insertText(text)
  }

  /** The lines of the code as they are drawn. */
  const lines = (): Promise<string[]> => page.locator('.cm-content .cm-line').allTextContents()
  const says = (text: string): Promise<void> => page.getByRole('status').getByText(text, { exact: true }).waitFor()
  const format = (): Promise<void> => page.getByRole('button', { name: 'Format code' }).click()

  describe('formats', () => {
    test('Python, in one step that can be undone, and the cursor stays where it is', async () => {
      await write("def main (text):\n  a=[1,\n2]\n  return {'result':text}")
      await page.keyboard.press('ArrowUp')
      await page.keyboard.press('Home')
      const isFormatter = (url: string) => /format-(python|script)|\.wasm/.test(url)
      expect(asked.filter(isFormatter)).toEqual([])
      await page.keyboard.press('Shift+Alt+F')
      await says('Code formatted')
      expect(asked.filter(isFormatter).every((url) => url.startsWith(site.service.address))).toBe(true)
      const formatted = ['def main(text):', '    a = [1, 2]', '    return {"result": text}', '']
      expect(await lines()).toEqual(formatted)
      await page.keyboard.type('#')
      expect((await lines())[1]).toBe('    a = [1, #2]')
      await page.keyboard.press('ControlOrMeta+z')
      expect(await lines()).toEqual(formatted)
      await page.keyboard.press('ControlOrMeta+z')
      expect(await lines()).toEqual(['def main (text):', '  a=[1,', '2]', "  return {'result':text}"])
    })

    test('JavaScript and TypeScript', async () => {
      const language = page.getByRole('combobox', { name: 'Language' })
      await language.selectOption('javascript')
      await write("function main({text}){return {result:'x'}}")
      await format()
      await says('Code formatted')
      expect(await lines()).toEqual(['function main({ text }) {', '  return { result: "x" };', '}', ''])
      await format()
      await says('Code was already formatted')
      await language.selectOption('typescript')
      await page.getByRole('dialog').getByRole('button', { name: 'Keep code' }).click()
      await write('const main=({text}:{text:string})=>({result:text as string})')
      await format()
      await says('Code formatted')
      expect(await lines()).toEqual(['const main = ({ text }: { text: string }) => ({ result: text as string });', ''])
    })

    test('nothing that is no program, and says where the mistake is', async () => {
      const broken = ['def main(text)', '  return {}']
      await write(broken.join('\n'))
      await format()
      await says('Not formatted. Line 1: Expected `:`, found newline')
      expect(await lines()).toEqual(broken)
      expect(await findViolations(page)).toEqual([])
      await page.keyboard.press('Home')
      await code.focus()
      await page.keyboard.type('x')
      await page.getByText('Not formatted.').waitFor({ state: 'detached' })
    })
  })

  describe('offers what modules have', () => {
    const option = (name: string): Locator =>
      page
        .locator('.cm-tooltip-autocomplete')
        .getByRole('option', { name: new RegExp(`^${name}\\b`) })
        .first()

    test('numpy, after its short name and in an import', async () => {
      await write('import numpy as np\n\ndef main(text):\n    return {"result": np')
      await page.keyboard.type('.arr')
      await option('array').waitFor()
      await page.keyboard.press('Enter')
      await page.keyboard.press('Escape')
      await page.keyboard.press('ControlOrMeta+Home')
      await page.keyboard.type('from pandas import DataFr')
      await option('DataFrame').click()
      expect((await lines())[0]).toMatch(/^from pandas import DataFrame/)
    })

    test('lodash, that was required, and luxon, between the braces of an import', async () => {
      await page.getByRole('combobox', { name: 'Language' }).selectOption('javascript')
      await write("const _ = require('lodash')\n")
      await page.keyboard.type('_.group')
      await option('groupBy').click()
      expect((await lines())[1]).toBe('_.groupBy')
      await write("import {  } from 'luxon'")
      await page.keyboard.press('Home')
      for (let n = 0; n < 'import { '.length; n++) await page.keyboard.press('ArrowRight')
      await page.keyboard.type('DateT')
      await option('DateTime').click()
      expect(await lines()).toEqual(["import { DateTime } from 'luxon'"])
    })

    test('nothing in comments and texts', async () => {
      await write('import numpy as np\n')
      await page.keyboard.type('# np.arr')
      await page.keyboard.press('Enter')
      await page.keyboard.type('x = "np.arr')
      await page.keyboard.press('Control+Space')
      await page.keyboard.press('End')
      await page.keyboard.press('Enter')
      await page.keyboard.type('np.arr')
      await option('array').waitFor()
      expect(asked.filter((url) => url.includes('/members'))).toHaveLength(1)
    })
  })
})
