/** What opens over the pages, in both themes: axe finds nothing wrong, and the window is not scrolled sideways. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type EditorSite, editorOn, skipReason, startEditor } from './support/editor-page.ts'
import { findViolations, panelOn, showTheme } from './support/panel-actions.ts'
import { trip } from './support/trip.ts'

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).first()

async function openCode(page: Page): Promise<void> {
  await button(page, 'Open example').click()
  await editorOn(page).node('Count words').click()
  await editorOn(page).code.waitFor()
}

async function press(page: Page, name: string, dialog: string): Promise<void> {
  await editorOn(page).importText(trip)
  await editorOn(page).node('Luggage').waitFor()
  await button(page, name).click()
  await page.getByRole('dialog', { name: dialog }).waitFor()
}

async function runExample(page: Page, code: string, tab: string): Promise<void> {
  await openCode(page)
  const panel = panelOn(page)
  await panel.write(code)
  await panel.runToEnd()
  await panel.tab(tab).click()
}

const good = 'def main(text):\n    print("one")\n    return {"top": [{"word": "a", "count": 2}], "total": 1}\n'
const bad = 'def main(text):\n    return {"top": 1 / 0}\n'

const states: Record<string, (page: Page) => Promise<void>> = {
  'the menu of nodes': (page) => press(page, 'Add node', 'Add node'),
  'the import': (page) => press(page, 'Import workflow', 'Import workflow'),
  'an import that is refused': async (page) => {
    await press(page, 'Import workflow', 'Import workflow')
    await page.getByLabel('Or paste it here').fill('a: [1')
    await button(page, 'Import').click()
    await page
      .getByRole('dialog')
      .getByText(/^Not a workflow/)
      .waitFor()
  },
  'the inputs of a run': (page) => press(page, 'Run', 'Run inputs'),
  'the problems of a workflow': async (page) => {
    await button(page, 'Code node').click()
    await editorOn(page).code.waitFor()
    await editorOn(page).runButton.click()
    await page.getByRole('dialog', { name: /problem/ }).waitFor()
  },
  'the list of variables': async (page) => {
    await openCode(page)
    await page.getByRole('button', { name: /^Value of text/ }).click()
    await page.getByPlaceholder('Search variables').waitFor()
  },
  'the question about the language': async (page) => {
    await openCode(page)
    await page.getByRole('combobox', { name: 'Language' }).selectOption('javascript')
    await page.getByRole('dialog').waitFor()
  },
  'the search in the code': async (page) => {
    await openCode(page)
    await button(page, 'Find and replace').click()
    await page.getByRole('search').waitFor()
  },
  'completions in the code': async (page) => {
    await openCode(page)
    await panelOn(page).write('def main(text):\n    return te')
    await page.keyboard.press('Control+Space')
    await page.locator('.cm-tooltip-autocomplete').waitFor()
  },
  'code that fills the window': async (page) => {
    await runExample(page, good, 'Result')
    await button(page, 'Full screen').click()
  },
  'a result as a table': async (page) => {
    await runExample(page, good, 'Result')
    await panelOn(page).run.getByRole('radio', { name: 'Table' }).check()
  },
  'a result as a chart': async (page) => {
    await runExample(page, good, 'Result')
    await panelOn(page).run.getByRole('radio', { name: 'Chart' }).check()
  },
  'the logs': (page) => runExample(page, good, 'Logs'),
  'the attempts': (page) => runExample(page, bad, 'Attempts'),
  'the figures': (page) => runExample(page, good, 'Stats'),
  'a failure with its line': (page) => runExample(page, bad, 'Result'),
  'the settings of failure and limits': async (page) => {
    await openCode(page)
    await page.getByRole('switch', { name: 'Retry on failure' }).click()
    await page.getByLabel('If it still fails').selectOption('default-value')
    await page.getByText('Advanced').click()
  },
}

/** The list of completions is scrolled with the arrow keys of the code, which axe cannot know. */
const isReal = (violation: string) => !/^scrollable-region-focusable .*: #cm-ac-\w+$/.test(violation)

describe.skipIf(skipReason)(`what opens over the pages${skipReason ? ` (skipped: ${skipReason})` : ''}`, () => {
  let site: EditorSite
  beforeAll(async () => {
    site = await startEditor()
  })
  afterAll(async () => await site?.close())

  test.each(Object.keys(states))('%s', async (name) => {
    const page = await site.open('/', { theme: 'light' })
    await states[name]?.(page)
    for (const theme of ['light', 'dark'] as const) {
      await showTheme(page, theme)
      expect((await findViolations(page)).filter(isReal), theme).toEqual([])
    }
    await page.setViewportSize({ width: 390, height: 844 })
    for (const theme of ['light', 'dark'] as const) {
      await showTheme(page, theme)
      const isCut = await page.evaluate(
        () => document.documentElement.scrollWidth > document.documentElement.clientWidth,
      )
      expect(isCut, theme).toBe(false)
    }
    await page.context().close()
  })
})
