/**
 * Everything that people see, in both themes: axe finds nothing wrong, and nothing is ever beyond the window, where only what is
 * inside scrolls.
 */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Scene, scenes } from '../screenshots/scenes.ts'
import { type EditorSite, editorOn, skipReason, startEditor } from './support/editor-page.ts'
import { type EmbedPage, startEmbedPage } from './support/embed-page.ts'
import { findViolationsInThemes, panelOn, showTheme } from './support/panel-actions.ts'
import { untilDrawn } from './support/stillness.ts'
import { runTrip, trip } from './support/trip.ts'

const windows = [
  { width: 1440, height: 900 },
  { width: 1280, height: 720 },
  { width: 1024, height: 768 },
  { width: 390, height: 844 },
]

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).first()

async function openCode(page: Page): Promise<void> {
  await button(page, 'Open example').click()
  await editorOn(page).node('Count words').click()
  await editorOn(page).code.waitFor()
}

/** What opens over the pages and is in no picture. */
const openings: readonly Scene[] = [
  {
    name: 'import-refused',
    reach: async (page) => {
      await editorOn(page).importText(trip)
      await button(page, 'Import workflow').click()
      await page.getByLabel('Or paste it here').fill('a: [1')
      await button(page, 'Import').click()
      await page
        .getByRole('dialog')
        .getByText(/^Not a workflow/)
        .waitFor()
    },
  },
  {
    name: 'problems',
    reach: async (page) => {
      await button(page, 'Code node').click()
      await editorOn(page).code.waitFor()
      await editorOn(page).runButton.click()
      await page.getByRole('dialog', { name: /problem/ }).waitFor()
    },
  },
  {
    name: 'variables',
    reach: async (page) => {
      await openCode(page)
      await page.getByRole('button', { name: /^Value of text/ }).click()
      await page.getByPlaceholder('Search variables').waitFor()
    },
  },
  {
    name: 'other-language',
    reach: async (page) => {
      await openCode(page)
      await page.getByRole('combobox', { name: 'Language' }).selectOption('javascript')
      await page.getByRole('dialog').waitFor()
    },
  },
  {
    name: 'search',
    reach: async (page) => {
      await openCode(page)
      await button(page, 'Find and replace').click()
      await page.getByRole('search').waitFor()
    },
  },
  {
    name: 'completions',
    reach: async (page) => {
      await openCode(page)
      await panelOn(page).write('def main(text):\n    return te')
      await page.keyboard.press('Control+Space')
      await page.locator('.cm-tooltip-autocomplete').waitFor()
    },
  },
  {
    name: 'failure-settings',
    reach: async (page) => {
      await openCode(page)
      await page.getByRole('switch', { name: 'Retry on failure' }).click()
      await page.getByLabel('If it still fails').selectOption('default-value')
      await page.getByText('Advanced').click()
    },
  },
]

/** Groups the scenes that share a base: one page shows them one after the other. */
function visits(all: readonly Scene[]) {
  const grouped = Map.groupBy(all, ({ base, name }) => base ?? name).values()
  return [...grouped].map((group) => ({
    name: group.map(({ name }) => name).join(', '),
    at: group[0]?.at,
    base: group[0]?.base,
    scenes: group,
  }))
}

/** The list of completions is scrolled with the arrow keys of the code, which axe cannot know. */
const isReal = (violation: string) => !/: scrollable-region-focusable .*: #cm-ac-\w+$/.test(violation)

describe.skipIf(skipReason)(`the window${skipReason ? ` (skipped: ${skipReason})` : ''}`, () => {
  let site: EditorSite
  let embed: EmbedPage
  beforeAll(async () => {
    if (skipReason) return
    site = await startEditor({ packages: 'installed' })
    embed = await startEmbedPage()
    // So that there is something in the history.
    const page = await site.open()
    await runTrip(page)
    await page.close()
  })
  afterAll(async () => {
    await embed?.close()
    await site?.close()
  })

  test.each(visits([...scenes, ...openings]))(
    'holds all of the scene $name, at every width, and axe finds nothing wrong in either theme',
    async ({ at = '/', base, scenes }) => {
      const page = await site.open(at === 'embed' ? '/packages' : at)
      if (at === 'embed') await page.goto(embed.url())
      await base?.(page)
      for (const { name, reach } of scenes) {
        await reach?.(page)
        expect((await findViolationsInThemes(page)).filter(isReal), name).toEqual([])
        // The themes differ in nothing but colours.
        for (const window of windows.toReversed()) {
          await page.setViewportSize(window)
          await untilDrawn(page)
          expect(await page.evaluate(beyond, at !== 'embed'), `${name} ${window.width}`).toEqual([])
          expect(await page.evaluate(squeezed), `${name} ${window.width}`).toEqual([])
        }
      }
    },
  )

  test('stays where it is when the wheel is turned over the header, or at the end of a panel', async () => {
    const page = await site.open()
    await codeNode(page)
    for (const place of [
      { x: 700, y: 20 },
      { x: 1300, y: 500 },
    ]) {
      await page.mouse.move(place.x, place.y)
      for (let turns = 0; turns < 8; turns++) await page.mouse.wheel(0, 900)
    }
    await showTheme(page, 'light')
    expect(await page.getByRole('banner').evaluate((header) => header.getBoundingClientRect().top)).toBe(0)
  })
})

const codeNode = async (page: Page) => await scenes.find(({ name }) => name === 'code-node')?.reach?.(page)

/** What is larger than its room: the page, and what holds the editor, which is cut there and must not be. */
function beyond(isApp: boolean): string[] {
  const { scrollingElement } = document
  const shell = document.querySelector('#root > *')
  const content = location.pathname === '/' ? document.querySelector('#content') : null
  return [scrollingElement, ...(isApp ? [shell, content] : [])].flatMap((element) => {
    if (!element) return []
    const { scrollWidth, scrollHeight, clientWidth, clientHeight } = element
    // The page of a product may be longer than the window: there the panel is a part of it.
    const isTall = isApp && scrollHeight > clientHeight
    return scrollWidth > clientWidth || isTall
      ? [`${element.tagName} ${scrollWidth}×${scrollHeight} in ${clientWidth}×${clientHeight}`]
      : []
  })
}

/** Cells whose text runs over the next one, or whose words are broken. */
function squeezed(): string[] {
  const isBroken = (cell: Element): boolean => {
    const texts = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT)
    const range = document.createRange()
    for (let text = texts.nextNode(); text; text = texts.nextNode()) {
      // Longer ones, such as the names of packages, may be.
      for (const { 0: word, index } of (text.nodeValue ?? '').matchAll(/\b[A-Za-z]{2,11}\b/g)) {
        range.setStart(text, index)
        range.setEnd(text, index + word.length)
        if (new Set([...range.getClientRects()].map(({ top }) => top)).size > 1) return true
      }
    }
    return false
  }
  return [...document.querySelectorAll('td, th, dd')].flatMap((cell) => {
    const { textContent, scrollWidth, clientWidth } = cell
    const isOver = scrollWidth > clientWidth + 1
    return isOver || isBroken(cell) ? [`${textContent}: ${scrollWidth} in ${clientWidth}`] : []
  })
}
