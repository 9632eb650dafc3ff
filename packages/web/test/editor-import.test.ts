/** Exports that come in by hand: dropped on the canvas as a file, and pasted. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type EditorSite, editorOn, skipReason, startEditor } from './support/editor-page.ts'

const trip = path.resolve(import.meta.dirname, '../../../examples/workflows/seattle-trip.yml')

/** Drags files over a place and lets them go there, as the system's file manager does. */
async function dropFiles(page: Page, files: readonly string[], at: { x: number; y: number }): Promise<void> {
  const session = await page.context().newCDPSession(page)
  // 1: a copy is made.
  const data = { items: [], files: [...files], dragOperationsMask: 1 }
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await session.send('Input.dispatchDragEvent', { type, ...at, data })
  }
  await session.detach()
}

describe.skipIf(skipReason)(`an import${skipReason ? ` (skipped: ${skipReason})` : ''}`, () => {
  let site: EditorSite
  let page: Page
  beforeAll(async () => {
    site = await startEditor()
    page = await site.open()
    await editorOn(page).node('Start').waitFor()
  })
  afterAll(async () => await site?.close())

  test('comes from a file that is dropped on the canvas, and undo takes it back', async () => {
    await dropFiles(page, [trip], { x: 700, y: 500 })
    await page.getByText('Imported A trip to Seattle').waitFor()
    await editorOn(page).node('Plan (TypeScript)').waitFor()
    await page.getByRole('button', { name: 'Undo', exact: true }).click()
    await editorOn(page).node('Plan (TypeScript)').waitFor({ state: 'detached' })
  })

  test('from a file that is none is refused with the reason, and changes nothing', async () => {
    const file = path.join(tmpdir(), `codenode-no-workflow-${process.pid}.yml`)
    writeFileSync(file, 'a: [1')
    try {
      await dropFiles(page, [file], { x: 700, y: 500 })
      await page.getByText(/^Not a workflow: line \d+/).waitFor()
      await editorOn(page).node('Start').waitFor()
    } finally {
      rmSync(file)
    }
  })

  test('comes from the clipboard by pasting on the page', async () => {
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
    await page.evaluate((text) => navigator.clipboard.writeText(text), readFileSync(trip, 'utf8'))
    await page.locator('.react-flow__pane').click({ position: { x: 40, y: 40 } })
    await page.keyboard.press('ControlOrMeta+v')
    await page.getByText('Imported A trip to Seattle').waitFor()
    await editorOn(page).node('Plan (TypeScript)').waitFor()
  })

  test('comes from text that is pasted into the dialog', async () => {
    await page.getByRole('button', { name: 'New workflow' }).click()
    await editorOn(page).node('Plan (TypeScript)').waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Import workflow' }).click()
    const dialog = page.getByRole('dialog', { name: 'Import workflow' })
    await dialog.getByLabel('Or paste it here').focus()
    await page.keyboard.press('ControlOrMeta+v')
    await dialog.getByRole('button', { name: 'Import', exact: true }).click()
    await dialog.waitFor({ state: 'hidden' })
    await editorOn(page).node('Plan (TypeScript)').waitFor()
    expect(await page.getByRole('textbox', { name: 'Workflow name' }).inputValue()).toBe('A trip to Seattle')
  })
})
