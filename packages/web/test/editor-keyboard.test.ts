/** The demo workflow again, from an empty canvas, with the keyboard alone. */
import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type EditorSite, editorOn, skipReason, startEditor } from './support/editor-page.ts'
import { pressAndMove } from './support/stillness.ts'

describe.skipIf(skipReason)(`the editor with the keyboard${skipReason ? ` (skipped: ${skipReason})` : ''}`, () => {
  let site: EditorSite
  let page: Page
  let editor: ReturnType<typeof editorOn>

  beforeAll(async () => {
    site = await startEditor({ packages: 'installed' })
    page = await site.open()
    editor = editorOn(page)
    await editor.node('Start').waitFor()
  })
  afterAll(async () => {
    await site?.close()
  })

  const press = async (...keys: string[]): Promise<void> => {
    for (const key of keys) await page.keyboard.press(key)
  }
  const isFocused = (locator: Locator): Promise<boolean> =>
    locator.evaluateAll((elements) => elements.length === 1 && elements[0] === document.activeElement)

  /** Presses Tab until it is reached, as someone does who uses no mouse. */
  async function tabTo(locator: Locator, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
    for (let presses = 0; presses < 90; presses++) {
      if (await isFocused(locator)) return
      // Tab indents in the code, until Escape.
      if (await isFocused(editor.code)) await press('Escape')
      // A node that is not seen takes the keyboard when the view has come to it.
      await pressAndMove(page, key)
    }
    throw new Error(`Tab does not lead to ${String(locator)}`)
  }

  async function type(text: string): Promise<void> {
    await press('ControlOrMeta+a')
    await page.keyboard.insertText(text)
  }

  /** From the node that has the keyboard: adds one after it, opens and names it. */
  async function addNode(kind: string, name: string): Promise<void> {
    await press('a')
    await expect.poll(() => isFocused(editor.menu.getByRole('combobox'))).toBe(true)
    await page.keyboard.type(kind)
    await press('Enter')
    await editor.menu.waitFor({ state: 'detached' })
    await openNamed(name)
  }

  async function openNamed(name: string): Promise<void> {
    await page.waitForFunction(() => document.activeElement?.classList.contains('react-flow__node'))
    await press('Enter')
    await page.waitForFunction(() => document.activeElement?.getAttribute('aria-label') === 'Title')
    await type(name)
    await editor.panel(name).waitFor()
  }

  async function write(code: string): Promise<void> {
    await tabTo(editor.code)
    await type(code)
  }

  /** Leaves the panel; the keyboard is back on its node. Escape first closes what is open inside: a list, a hint. */
  async function leave(title: string): Promise<void> {
    for (let presses = 0; presses < 4 && (await page.getByRole('complementary').count()) > 0; presses++) {
      if (await isFocused(editor.code)) await press('Escape', 'Escape', 'Tab')
      await press('Escape')
    }
    await expect.poll(() => isFocused(editor.node(title))).toBe(true)
  }

  async function pickIn(button: Locator, search: string): Promise<void> {
    await tabTo(button)
    await press('Enter')
    await expect.poll(() => isFocused(page.locator('input[role="combobox"]'))).toBe(true)
    await page.keyboard.type(search)
    await press('Enter')
    await page.locator('input[role="combobox"]').waitFor({ state: 'detached' })
  }

  async function removeInput(): Promise<void> {
    await tabTo(page.getByRole('button', { name: 'Remove input text' }))
    await press('Enter')
  }

  test('nodes are added, opened, connected and run', async () => {
    await tabTo(editor.node('Start'))
    await addNode('code', 'Left')
    await removeInput()
    await write('def main():\n    return {"result": "left"}\n')
    await leave('Left')

    await tabTo(editor.node('Start'), 'Shift+Tab')
    await addNode('code', 'Right')
    await removeInput()
    await write('def main():\n    return {"result": ["right"][1]}\n')
    await tabTo(page.getByLabel('If it still fails'))
    await page.keyboard.type('Take')
    await editor.way('Right', 'fail-branch').waitFor()

    // From the panel: the way out that is named, then the menu.
    const failBranch = page.getByRole('group', { name: 'Fail branch' })
    await tabTo(failBranch.getByRole('button', { name: 'Add next step' }))
    await press('Enter')
    await expect.poll(() => isFocused(editor.menu.getByRole('combobox'))).toBe(true)
    await page.keyboard.type('template')
    await press('Enter')
    await openNamed('Instead')
    await tabTo(page.getByLabel('Template', { exact: true }))
    await page.keyboard.type('another way')
    await leave('Instead')

    // What it can only mean is chosen already.
    await addNode('variable', 'Either')
    await page.getByRole('button', { name: 'Variable 1: Instead / output' }).waitFor()
    await leave('Either')
    await tabTo(editor.node('Right'), 'Shift+Tab')
    await press('Enter')
    const next = page.getByRole('group', { name: 'Next', exact: true })
    await pickIn(next.getByRole('button', { name: 'Connect to' }), 'Either')
    await leave('Right')
    await tabTo(editor.node('Either'))
    await press('Enter')
    await tabTo(page.getByRole('button', { name: 'Add variable' }))
    await press('Enter')
    await pickIn(page.getByRole('button', { name: /^Variable 2:/ }), 'result')
    await leave('Either')

    await addNode('code', 'Both')
    await leave('Both')
    await tabTo(editor.node('Left'), 'Shift+Tab')
    await press('Enter')
    await pickIn(next.getByRole('button', { name: 'Connect to' }), 'Both')
    await leave('Left')
    await tabTo(editor.node('Both'))
    await press('Enter')
    await tabTo(page.getByRole('textbox', { name: 'Name of input 1' }))
    await type('left')
    await pickIn(page.getByRole('button', { name: /^Value of left/ }), 'Left')
    await tabTo(page.getByRole('button', { name: 'Add input' }), 'Shift+Tab')
    await press('Enter')
    await expect.poll(() => isFocused(page.getByRole('textbox', { name: 'Name of input 2' }))).toBe(true)
    await type('right')
    await pickIn(page.getByRole('button', { name: /^Value of right/ }), 'Either')
    await write('def main(left, right):\n    return {"result": f"{left} and {right}"}\n')
    await pickIn(next.getByRole('button', { name: 'Connect to' }), 'End')
    await leave('Both')

    await tabTo(editor.node('End'))
    await press('Enter')
    await tabTo(page.getByRole('button', { name: 'Add output' }))
    await press('Enter')
    await expect.poll(() => isFocused(page.getByRole('textbox', { name: 'Name', exact: true }))).toBe(true)
    await type('answer')
    await page.getByRole('button', { name: 'answer: Both / result' }).waitFor()
    await leave('End')

    await press('ControlOrMeta+Enter')
    await editor.result.getByRole('status').getByText('Succeeded with recovered errors').waitFor()
    expect(await editor.outputs()).toEqual({ answer: 'left and another way' })
  }, 180_000)

  test('a list opens, is chosen from, and is closed by Escape, which leaves the panel open', async () => {
    await tabTo(editor.node('Left'))
    await press('Enter')
    const onFailure = page.getByLabel('If it still fails')
    await tabTo(onFailure)
    const before = await onFailure.inputValue()
    await press('Space', 'ArrowDown', 'Escape')
    expect(await onFailure.inputValue()).toBe(before)
    await expect.poll(() => isFocused(onFailure)).toBe(true)
    await press('Space', 'ArrowDown', 'Enter')
    await expect.poll(() => onFailure.inputValue()).not.toBe(before)
    await leave('Left')
    await press('ControlOrMeta+z')
  })

  test('Escape on a node closes the panel, and the keyboard stays with the node', async () => {
    const left = editor.node('Left')
    await tabTo(left)
    await press('Enter')
    await editor.panel('Left').waitFor()
    await left.focus()
    await press('Escape')
    await editor.panel('Left').waitFor({ state: 'detached' })
    expect(await isFocused(left)).toBe(true)
    await press('Escape')
    expect(await isFocused(left)).toBe(true)
  })

  test('the arrow keys move a node, Delete removes it, and both can be undone', async () => {
    await tabTo(editor.node('Left'))
    const before = await editor.node('Left').boundingBox()
    await press('Space', 'ArrowDown', 'ArrowDown')
    await expect.poll(async () => (await editor.node('Left').boundingBox())?.y).toBeGreaterThan(before?.y ?? 0)
    await press('Delete')
    await editor.node('Left').waitFor({ state: 'detached' })
    await press('ControlOrMeta+z')
    await editor.node('Left').waitFor()
    await press('ControlOrMeta+y')
    await editor.node('Left').waitFor({ state: 'detached' })
    await press('ControlOrMeta+z', 'ControlOrMeta+z')
    await expect.poll(async () => (await editor.node('Left').boundingBox())?.y).toBeCloseTo(before?.y ?? 0, 0)
  })

  test('nodes are copied and pasted', async () => {
    await tabTo(editor.node('Left'))
    await press('Space', 'ControlOrMeta+c', 'ControlOrMeta+v')
    await editor.node('Left 2').waitFor()
    await press('ControlOrMeta+z')
    await editor.node('Left 2').waitFor({ state: 'detached' })
  })
})
