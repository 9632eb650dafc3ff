/** Undo and redo of every kind of edit that the forms of a Code node offer. */
import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type EditorSite, editorOn, skipReason, startEditor } from './support/editor-page.ts'

let site: EditorSite
beforeAll(async () => {
  if (!skipReason) site = await startEditor()
})
afterAll(async () => await site?.close())

/** What the browser keeps of the workflow, without what makes two writings of it differ. */
async function kept(page: Page): Promise<string> {
  return await page.evaluate(() => {
    const { document } = JSON.parse(localStorage.getItem('codenode.editor') ?? '{}') as { document?: unknown }
    return JSON.stringify(document) ?? ''
  })
}

test.skipIf(skipReason)(
  `every edit of a node is undone and done again${skipReason ? ` (skipped: ${skipReason})` : ''}`,
  async () => {
    const page = await site.open()
    const editor = editorOn(page)
    await editor.way('Start').click()
    await editor.menu.getByRole('option', { name: /^Code/ }).click()
    const panel = editor.panel('Code')
    await editor.code.waitFor()
    const section = (name: string): Locator => panel.getByRole('region', { name, exact: true })
    const undo = page.getByRole('button', { name: 'Undo (Ctrl+Z)' })
    const redo = page.getByRole('button', { name: 'Redo (Ctrl+Y)' })

    const edits: [string, () => Promise<unknown>][] = [
      ['the description', () => panel.getByRole('textbox', { name: 'Description' }).fill('What it does')],
      ['an input', () => section('Input variables').getByRole('button', { name: 'Add input' }).click()],
      ['its name', () => panel.getByRole('textbox', { name: 'Name of input 2' }).fill('limit')],
      [
        'its value',
        async () => {
          await panel.getByRole('button', { name: 'Value of limit' }).click()
          await page.getByRole('option', { name: /^timestamp/ }).click()
        },
      ],
      ['the order', () => panel.getByRole('button', { name: 'Move limit:' }).press('ArrowUp')],
      ['an input that is removed', () => panel.getByRole('button', { name: 'Remove input text' }).click()],
      [
        'the code',
        async () => {
          await editor.code.click()
          await page.keyboard.press('ControlOrMeta+a')
          await page.keyboard.insertText('def main(limit):\n    return {}\n')
        },
      ],
      ['an output', () => panel.getByRole('button', { name: 'Add output' }).click()],
      [
        'its name',
        async () => {
          await panel.getByRole('textbox', { name: 'Name of output result_2' }).fill('total')
          await page.keyboard.press('Enter')
        },
      ],
      ['its type', () => panel.getByRole('combobox', { name: 'Type of total' }).selectOption('object')],
      ['a member', () => panel.getByRole('button', { name: 'Add field to total' }).click()],
      ['retry', () => section('Retry').getByRole('switch').click()],
      [
        'the number of tries',
        () => section('Retry').getByRole('slider', { name: 'Retries', exact: true }).press('ArrowRight'),
      ],
      ['what happens on failure', () => section('On failure').getByRole('combobox').selectOption('default-value')],
      ['a default value', () => panel.getByRole('textbox', { name: 'Default of result (string)' }).fill('none')],
      [
        'a limit',
        async () => {
          await panel.getByText('Advanced').click()
          await panel.getByRole('textbox', { name: 'Time limit (ms)' }).fill('900')
        },
      ],
      ['the language', () => changeLanguage(page)],
    ]

    // What is kept follows what is shown a moment later; the new node itself must not be taken for the first edit.
    await expect.poll(() => kept(page)).toContain('"title":"Code"')
    const states = [await kept(page)]
    for (const [, edit] of edits) {
      await edit()
      await expect.poll(() => kept(page)).not.toBe(states.at(-1))
      states.push(await kept(page))
    }
    for (const [index, [what]] of [...edits.entries()].toReversed()) {
      await undo.click()
      await expect.poll(() => kept(page), { message: `undo ${what}` }).toBe(states[index])
    }
    expect(await panel.getByRole('textbox', { name: 'Description' }).inputValue()).toBe('')
    for (const [index, [what]] of edits.entries()) {
      await redo.click()
      await expect.poll(() => kept(page), { message: `redo ${what}` }).toBe(states[index + 1])
    }
    // The fields show what the document has, also those that keep what is typed for a while.
    const fallback = panel.getByRole('textbox', { name: 'Default of result (string)' })
    await fallback.fill('other')
    await panel.getByRole('button', { name: 'Add output' }).focus()
    await page.keyboard.press('ControlOrMeta+z')
    await expect.poll(() => fallback.inputValue()).toBe('none')
    // A list has no undo of its own: there the keys are the editor's.
    await section('On failure').getByRole('combobox').selectOption('none')
    await section('On failure').getByRole('combobox').focus()
    await page.keyboard.press('ControlOrMeta+z')
    await fallback.waitFor()
    // Delete on a button of the panel is not about the node.
    await panel.getByRole('button', { name: 'Add output' }).focus()
    await page.keyboard.press('Delete')
    await panel.getByRole('button', { name: 'Add output' }).press('ControlOrMeta+y')
    await fallback.waitFor({ state: 'detached' })
    await editor.node('Code').waitFor()
  },
  120_000,
)

async function changeLanguage(page: Page): Promise<void> {
  await page.getByRole('combobox', { name: 'Language' }).selectOption('javascript')
  await page.getByRole('dialog').getByRole('button', { name: 'Keep code' }).click()
}

test.skipIf(skipReason)(
  'another workflow with the same nodes takes over no step of undo, and no typed value',
  async () => {
    const page = await site.open()
    const editor = editorOn(page)
    const undoCode = async () => {
      await editor.code.focus()
      await page.keyboard.press('ControlOrMeta+z')
    }
    const value = page.getByRole('region', { name: 'Test run', exact: true }).getByRole('textbox').first()
    const openExample = async () => {
      await page.getByRole('button', { name: 'Open example' }).click()
      await editor.node('Count words').click()
      await editor.code.waitFor()
    }
    await openExample()
    const original = await editor.code.textContent()
    await value.fill('typed')
    await editor.code.focus()
    await page.keyboard.press('ControlOrMeta+a')
    await page.keyboard.insertText('def main(x): return {}')
    await page.getByRole('button', { name: 'New workflow' }).click()
    await editor.node('Count words').waitFor({ state: 'detached' })

    await openExample()
    expect(await value.inputValue()).not.toBe('typed')
    await undoCode()
    expect(await editor.code.textContent()).toBe(original)

    // Nor does a step that was taken back on the canvas come again.
    await page.keyboard.press('ControlOrMeta+a')
    await page.keyboard.insertText('def main(y): return {}')
    await editor.node('Write a headline').click()
    await editor.panel('Write a headline').waitFor()
    await page.getByRole('button', { name: 'Undo (Ctrl+Z)' }).click()
    await editor.node('Count words').click()
    await editor.panel('Count words').waitFor()
    await undoCode()
    expect(await editor.code.textContent()).toBe(original)
  },
)
