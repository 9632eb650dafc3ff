/** The first minute: what is offered in an empty editor, and the code in the whole window. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type EditorSite, editorOn, skipReason, startEditor } from './support/editor-page.ts'
import { untilViewStays } from './support/stillness.ts'
import { trip } from './support/trip.ts'

describe.skipIf(skipReason)(`the first steps${skipReason ? ` (skipped: ${skipReason})` : ''}`, () => {
  let site: EditorSite
  beforeAll(async () => {
    site = await startEditor()
  })
  afterAll(async () => await site?.close())

  test('lead to a Code node between start and end, and are gone then', async () => {
    const page = await site.open()
    const editor = editorOn(page)
    const steps = page.getByRole('region', { name: 'First steps' })
    await steps.getByRole('button', { name: 'Code node' }).click()
    await editor.panel('Code').waitFor()
    expect(await steps.count()).toBe(0)
    await expect.poll(() => page.locator('.react-flow__edge').count()).toBe(2)
    await page.getByRole('button', { name: 'Undo (Ctrl+Z)' }).click()
    await steps.waitFor()
  })

  test('lead to an example that runs', async () => {
    const page = await site.open()
    const editor = editorOn(page)
    await page.getByRole('button', { name: 'Open example' }).click()
    await editor.node('Count words').waitFor()
    await editor.runButton.click()
    const form = page.getByRole('dialog', { name: 'Run inputs' })
    await form.getByRole('button', { name: 'Run', exact: true }).click()
    await editor.result.getByRole('status').getByText('Succeeded').waitFor()
    expect(await editor.outputs()).toMatchObject({ headline: '"it" makes 17 % of 48 words' })
    await editor.result.getByRole('radio', { name: 'Table' }).check()
    expect(await editor.result.getByRole('table').getByRole('row').count()).toBe(6)
  })

  test('lead to nodes that stay where they are first seen, so that a quick hand finds them', async () => {
    const page = await site.open()
    await page.getByRole('button', { name: 'Open example' }).waitFor()
    const places = await page.evaluate(async () => {
      const buttons = [...document.querySelectorAll('button')]
      buttons.find(({ textContent }) => textContent.includes('Open example'))?.click()
      const seen = new Set<string>()
      for (const end = performance.now() + 800; performance.now() < end; ) {
        await new Promise(requestAnimationFrame)
        const node = [...document.querySelectorAll('.react-flow__node')].find((it) =>
          it.textContent.includes('Count words'),
        )
        if (!node || getComputedStyle(node).visibility === 'hidden') continue
        const { x, y } = node.getBoundingClientRect()
        seen.add(`${Math.round(x)} ${Math.round(y)}`)
      }
      return [...seen]
    })
    expect(places).toHaveLength(1)
  })

  test('show a workflow from its beginning in a narrow window, also after a reload; a node that is added leaves the view where it is', async () => {
    const page = await site.open()
    const editor = editorOn(page)
    await editor.importText(trip)
    await editor.node('Luggage').waitFor()
    const where = () => page.locator('.react-flow__viewport').evaluate((element) => element.style.transform)
    await page.setViewportSize({ width: 390, height: 844 })
    await expect.poll(where).toContain('scale(0.5)')
    await page.reload()
    await editor.node('Start').waitFor()
    await expect.poll(where).toContain('scale(0.5)')
    const box = await editor.node('Start').boundingBox()
    expect(box?.x).toBeGreaterThanOrEqual(0)
    expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(390)

    await page.mouse.move(200, 700)
    await page.mouse.down()
    await page.mouse.move(190, 640, { steps: 4 })
    await page.mouse.up()
    const before = await where()
    await page.setViewportSize({ width: 400, height: 844 })
    expect(await where()).toBe(before)
    await page.getByRole('button', { name: 'Add node' }).click()
    await editor.menu.getByRole('option', { name: /^Template/ }).click()
    await page.getByRole('textbox', { name: 'Title' }).waitFor()
    await page.getByRole('button', { name: 'Close' }).first().click()
    await untilViewStays(page)
    expect(await where()).toBe(before)
  })

  test('code that fills the window is run there, with its inputs, its result and its mistakes', async () => {
    const page = await site.open()
    const editor = editorOn(page)
    await page.getByRole('button', { name: 'Open example' }).click()
    await editor.node('Count words').click()
    await editor.code.waitFor()
    await page.getByRole('button', { name: 'Full screen' }).click()
    const full = page.getByRole('dialog', { name: 'Code' })
    const run = full.getByRole('region', { name: 'Test run' })
    await run.getByRole('textbox', { name: 'text (string)' }).fill('a b a')
    await full.getByRole('button', { name: 'Run', exact: true }).click()
    await full
      .getByRole('status')
      .getByText(/^Succeeded in/)
      .first()
      .waitFor()
    await run.getByText('2 items').waitFor()

    await editor.code.focus()
    await page.keyboard.press('ControlOrMeta+a')
    await page.keyboard.insertText('def main(text):\n    return {"top": [], "total": 1 / 0}\n')
    await page.keyboard.press('ControlOrMeta+Enter')
    await run.getByRole('button', { name: 'Go to line 2' }).click()
    expect(await full.locator('.cm-failed-line').textContent()).toContain('1 / 0')
    await page.setViewportSize({ width: 390, height: 844 })
    expect(await full.getByRole('button', { name: 'Run', exact: true }).isVisible()).toBe(true)
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Full screen', exact: true }).waitFor()
  })
})
