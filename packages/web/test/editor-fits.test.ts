/** Nothing of the app is ever beyond the window: only what is inside it scrolls. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { scenes } from '../screenshots/scenes.ts'
import { type EditorSite, skipReason, startEditor } from './support/editor-page.ts'
import { type EmbedPage, startEmbedPage } from './support/embed-page.ts'
import { showTheme } from './support/panel-actions.ts'
import { runTrip } from './support/trip.ts'

const windows = [
  { width: 1440, height: 900 },
  { width: 1280, height: 720 },
  { width: 1024, height: 768 },
  { width: 390, height: 844 },
]

describe.skipIf(skipReason)(`the window${skipReason ? ` (skipped: ${skipReason})` : ''}`, () => {
  let site: EditorSite
  let embed: EmbedPage
  beforeAll(async () => {
    if (skipReason) return
    site = await startEditor()
    embed = await startEmbedPage()
    // So that there is something in the history.
    const page = await site.open()
    await runTrip(page)
    await page.context().close()
  })
  afterAll(async () => {
    await embed?.close()
    await site?.close()
  })

  test.each(scenes.map((scene) => [scene.name, scene] as const))(
    'holds all of the scene %s, at every width and in both themes',
    async (_, { at = '/', reach }) => {
      const page = await site.open(at === 'embed' ? '/packages' : at)
      if (at === 'embed') await page.goto(embed.url())
      await reach(page)
      for (const window of windows) {
        await page.setViewportSize(window)
        for (const theme of ['light', 'dark'] as const) {
          await showTheme(page, theme)
          expect(await page.evaluate(beyond, at !== 'embed'), `${window.width} ${theme}`).toEqual([])
          expect(await page.evaluate(squeezed), `${window.width} ${theme}`).toEqual([])
        }
      }
      await page.context().close()
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
    await page.context().close()
  })
})

const codeNode = async (page: Page) => await scenes.find(({ name }) => name === 'code-node')?.reach(page)

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
