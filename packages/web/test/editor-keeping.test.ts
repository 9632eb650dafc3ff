/** What the browser keeps: over reloads, between tabs, without room, and when it cannot be read. */
import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type EditorSite, editorOn, skipReason, startEditor } from './support/editor-page.ts'
import { findViolations } from './support/panel-actions.ts'

const name = (what: string): string => (skipReason ? `${what} (skipped: ${skipReason})` : what)
const titleOf = (page: Page) => page.getByRole('textbox', { name: 'Workflow name' })
const undoOf = (page: Page) => page.getByRole('button', { name: 'Undo (Ctrl+Z)' })
const keptName = (page: Page) =>
  page.evaluate(() => (localStorage.getItem('codenode.editor') ?? '').match(/"name":"([^"]*)"/)?.[1])
const asked = (page: Page) => page.getByText('Another tab changed this workflow')

/** Gives the workflow a name and waits until it is kept. */
async function rename(page: Page, to: string, isShared = true): Promise<void> {
  await titleOf(page).fill(to)
  if (isShared) await expect.poll(() => keptName(page)).toBe(to)
  await expect.poll(() => page.evaluate(() => sessionStorage.getItem('codenode.tab'))).toContain(`"name":"${to}"`)
}

describe.skipIf(skipReason)(name('what the browser keeps'), () => {
  let site: EditorSite
  beforeAll(async () => {
    site = await startEditor()
  })
  afterAll(async () => await site?.close())

  test('has the steps of undo and redo after a reload', async () => {
    const page = await site.open()
    const editor = editorOn(page)
    for (const type of ['Code', 'Template']) {
      await editor.way('Start').click()
      await editor.menu.getByRole('option', { name: new RegExp(`^${type}`) }).click()
      await editor.node(type).waitFor()
    }
    await page.getByRole('button', { name: 'Close' }).click()
    await undoOf(page).click()
    await editor.node('Template').waitFor({ state: 'detached' })
    await page.reload()
    await editor.node('Code').waitFor()
    await page.getByRole('button', { name: 'Redo (Ctrl+Y)' }).click()
    await editor.node('Template').waitFor()
    await undoOf(page).click()
    await undoOf(page).click()
    await editor.node('Code').waitFor({ state: 'detached' })
    expect(await undoOf(page).isDisabled()).toBe(true)
  })

  test('has the last run after a reload, however slow the page is', async () => {
    const page = await site.open()
    const editor = editorOn(page)
    await page.getByRole('button', { name: 'Open example' }).click()
    await editor.node('Count words').waitFor()
    await editor.runButton.click()
    await page.getByRole('dialog', { name: 'Run inputs' }).getByRole('button', { name: 'Run', exact: true }).click()
    await editor.result.getByRole('status').getByText('Succeeded').waitFor()
    const devtools = await page.context().newCDPSession(page)
    for (const rate of [1, 10]) {
      // A render that takes long is begun anew when something changes meanwhile.
      await devtools.send('Emulation.setCPUThrottlingRate', { rate })
      await page.reload()
      await editor.node('Count words').getByText('Succeeded').waitFor()
    }
    await page.close()
  })

  test('gives the workflow without steps when the steps cannot be read', async () => {
    const page = await site.open()
    await rename(page, 'Kept')
    // A page writes when it goes away: the one that is opened next finds what stands here.
    await page.addInitScript(() => sessionStorage.setItem('codenode.tab', '{"own":{},"history":{"parts":[1]}}'))
    await page.reload()
    expect(await titleOf(page).inputValue()).toBe('Kept')
    expect(await undoOf(page).isDisabled()).toBe(true)
  })

  test('is put aside when it cannot be read, and can be saved as a file', async () => {
    const page = await site.open()
    await rename(page, 'Lost')
    await page.addInitScript(() => {
      if (sessionStorage.getItem('broken')) return
      sessionStorage.clear()
      sessionStorage.setItem('broken', 'yes')
      localStorage.setItem('codenode.editor', '{"document": {"half')
    })
    await page.reload()
    await page.getByText("Couldn't read the workflow stored in this browser").waitFor()
    expect(await findViolations(page)).toEqual([])
    await rename(page, 'New')
    await page.reload()
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Save as file' }).click(),
    ])
    expect(readFileSync(await download.path(), 'utf8')).toBe('{"document": {"half')
    await page.getByRole('button', { name: 'Discard' }).click()
    await page.reload()
    await titleOf(page).waitFor()
    expect(await titleOf(page).inputValue()).toBe('New')
    expect(await page.getByText("Couldn't read").count()).toBe(0)
  })

  test('says so when there is no room, and the workflow can still be saved as a file', async () => {
    const page = await site.open()
    await rename(page, 'Small')
    await page.evaluate(() => {
      for (const area of [localStorage, sessionStorage]) {
        for (let length = 4_000_000; length > 10; length = Math.floor(length / 2)) {
          try {
            for (let part = 0; part < 3; part++) area.setItem(`full ${length} ${part}`, 'x'.repeat(length))
          } catch {
            // Smaller ones may still find a place.
          }
        }
      }
    })
    await titleOf(page).fill('Larger than there is room for')
    // Asked for at once, before changes rest.
    await page.keyboard.press('ControlOrMeta+s')
    await page.locator('[popover]:popover-open').getByText("This browser can't store").waitFor()
    const banner = page.locator('#content').getByText("This browser can't store the workflow")
    await banner.waitFor()
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Export', exact: true }).click(),
    ])
    expect(readFileSync(await download.path(), 'utf8')).toContain('Larger than there is room for')
    expect(await keptName(page)).toBe('Small')
    await page.evaluate(() => localStorage.removeItem('full 4000000 0'))
    await titleOf(page).fill('Room again')
    await banner.waitFor({ state: 'detached' })
    expect(await keptName(page)).toBe('Room again')
  })

  test('can be nothing at all, when storage is forbidden', async () => {
    const page = await site.open('/runs')
    await page.addInitScript(() => {
      for (const area of ['localStorage', 'sessionStorage']) {
        Object.defineProperty(window, area, {
          get: () => {
            throw new DOMException('forbidden', 'SecurityError')
          },
        })
      }
    })
    await page.goto(site.service.address)
    await editorOn(page).node('Start').waitFor()
    await titleOf(page).fill('Not kept')
    await page.getByText("This browser can't store the workflow").waitFor()
  })
})

describe.skipIf(skipReason)(name('two tabs of one browser'), () => {
  let site: EditorSite
  let one: Page
  let other: Page
  beforeAll(async () => {
    site = await startEditor()
  })
  afterAll(async () => await site?.close())

  async function openBoth(): Promise<void> {
    one = await site.open()
    await rename(one, 'Common')
    other = await site.open('/', { beside: one })
    expect(await titleOf(other).inputValue()).toBe('Common')
  }

  test('never write over each other unasked: the other one is loaded, and undo brings the own back', async () => {
    await openBoth()
    await rename(other, 'Theirs')
    await asked(one).waitFor()
    await rename(one, 'Mine', false)
    expect(await keptName(one)).toBe('Theirs')
    expect(await findViolations(one)).toEqual([])
    await one.reload()
    await asked(one).waitFor()
    expect(await titleOf(one).inputValue()).toBe('Mine')

    await one.getByRole('button', { name: "Use other tab's" }).click()
    await expect.poll(() => titleOf(one).inputValue()).toBe('Theirs')
    await asked(one).waitFor({ state: 'detached' })
    expect(await one.evaluate(() => Object.keys(localStorage).filter((key) => key.includes('.left.')))).toEqual([])
    expect(await asked(other).count()).toBe(0)
    await undoOf(one).click()
    await expect.poll(() => titleOf(one).inputValue()).toBe('Mine')
    await asked(other).waitFor()
  })

  test('keep the own one when people say so, and the other tab is asked in turn', async () => {
    await openBoth()
    await rename(other, 'Theirs')
    await asked(one).waitFor()
    await one.getByRole('button', { name: 'Keep mine' }).click()
    await expect.poll(() => keptName(one)).toBe('Common')
    await asked(other).waitFor()
    expect(await titleOf(other).inputValue()).toBe('Theirs')
    await other.getByRole('button', { name: 'Keep mine' }).click()
    await expect.poll(() => keptName(one)).toBe('Theirs')
  })

  test('a tab that changed nothing shows after a reload what the other made of it', async () => {
    await openBoth()
    await rename(other, 'Theirs')
    await asked(one).waitFor()
    await one.reload()
    await expect.poll(() => titleOf(one).inputValue()).toBe('Theirs')
    expect(await asked(one).count()).toBe(0)
  })

  test('a tab that is closed before people choose leaves its changes to the next', async () => {
    await openBoth()
    await rename(other, 'Theirs')
    await asked(one).waitFor()
    await rename(one, 'Mine', false)
    await one.close()
    const next = await site.open('/', { beside: other })
    await next.getByText('Another tab has unsaved changes').waitFor()
    expect(await titleOf(next).inputValue()).toBe('Theirs')
    await next.getByRole('button', { name: "Use other tab's" }).click()
    await expect.poll(() => titleOf(next).inputValue()).toBe('Mine')
    await expect.poll(() => keptName(next)).toBe('Mine')
    await asked(other).waitFor()
  })

  test('nodes are copied from one and pasted in the other', async () => {
    await openBoth()
    await one.context().grantPermissions(['clipboard-read', 'clipboard-write'])
    const editor = editorOn(one)
    await editor.way('Start').click()
    await editor.menu.getByRole('option', { name: /^Code/ }).click()
    await one.getByRole('textbox', { name: 'Title' }).fill('Carried')
    await one.keyboard.press('Escape')
    await one.keyboard.press('ControlOrMeta+c')
    await one.getByText('Copied 1 node').waitFor()
    await other.bringToFront()
    await editorOn(other).node('Start').click()
    await other.keyboard.press('ControlOrMeta+v')
    await editorOn(other).node('Carried').waitFor()
    await undoOf(other).click()
    await editorOn(other).node('Carried').waitFor({ state: 'detached' })
  })
})
