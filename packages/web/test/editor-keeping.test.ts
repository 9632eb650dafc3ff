/** Nothing is lost: over a reload, beside another tab, and when a file is dropped on the workflow. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type EditorSite, editorOn, skipReason, startEditor } from './support/editor-page.ts'
import { trip } from './support/trip.ts'

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })

/** What is typed and done is kept a moment later. */
const kept = (page: Page) => page.waitForTimeout(400)

describe.skipIf(skipReason)(`a workflow is kept${skipReason ? ` (skipped: ${skipReason})` : ''}`, () => {
  let site: EditorSite
  beforeAll(async () => {
    site = await startEditor()
  })
  afterAll(async () => await site?.close())

  async function rename(page: Page, to: string): Promise<void> {
    await page.getByRole('textbox', { name: 'Name of the workflow' }).fill(to)
    await kept(page)
  }
  const nameOf = (page: Page) => page.getByRole('textbox', { name: 'Name of the workflow' }).inputValue()

  test('with its steps of undo and redo, over a reload', async () => {
    const page = await site.open()
    const editor = editorOn(page)
    await editor.importText(trip)
    await editor.node('Luggage').click()
    await page.getByRole('textbox', { name: 'Title' }).fill('Suitcase')
    await kept(page)
    await editor.node('Suitcase').waitFor()
    await button(page, 'Undo (Ctrl+Z)').click()
    await editor.node('Luggage').waitFor()
    await kept(page)

    await page.reload()
    await editor.node('Luggage').waitFor()
    await button(page, 'Redo (Ctrl+Y)').click()
    await editor.node('Suitcase').waitFor()
    await button(page, 'Undo (Ctrl+Z)').click()
    await button(page, 'Undo (Ctrl+Z)').click()
    await editor.node('Luggage').waitFor({ state: 'detached' })
    await editor.node('Start').waitFor()
  })

  test('in each of two tabs; one tells of the other, and what it takes over can be undone', async () => {
    const first = await site.open()
    await editorOn(first).node('Start').waitFor()
    await rename(first, 'First')
    const second = await first.context().newPage()
    await second.goto(first.url())
    expect(await nameOf(second)).toBe('First')
    await rename(second, 'Second')

    const notice = first.getByRole('status').filter({ hasText: 'was changed in another tab' })
    await notice.waitFor()
    expect(await nameOf(first)).toBe('First')
    await first.reload()
    expect(await nameOf(first)).toBe('First')

    await rename(second, 'Second again')
    await notice.getByRole('button', { name: 'Show the other one here' }).click()
    expect(await nameOf(first)).toBe('Second again')
    await button(first, 'Undo (Ctrl+Z)').click()
    expect(await nameOf(first)).toBe('First')
  })

  test('of a file that is dropped on it', async () => {
    const page = await site.open()
    await editorOn(page).node('Start').waitFor()
    const files = await page.evaluateHandle((text) => {
      const transfer = new DataTransfer()
      transfer.items.add(new File([text], 'trip.yml', { type: 'text/yaml' }))
      return transfer
    }, trip)
    const canvas = page.locator('.react-flow')
    for (const type of ['dragenter', 'dragover', 'drop']) {
      await canvas.dispatchEvent(type, { dataTransfer: files })
    }
    await editorOn(page).node('Luggage').waitFor()
    await page.getByText('Imported A trip to Seattle.').waitFor()
  })

  test('of a file that is none: the reason is told, and the workflow stays', async () => {
    const page = await site.open()
    await rename(page, 'Mine')
    const files = await page.evaluateHandle(() => {
      const transfer = new DataTransfer()
      transfer.items.add(new File(['a: [1'], 'broken.yml'))
      return transfer
    })
    await page.locator('.react-flow').dispatchEvent('drop', { dataTransfer: files })
    await page.getByText(/^This is not a workflow: line \d+/).waitFor()
    expect(await nameOf(page)).toBe('Mine')
  })
})
