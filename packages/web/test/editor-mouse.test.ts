/** The demo workflow, built from an empty canvas with the mouse; a failure, its branch, and the way back. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type EditorSite, editorOn, skipReason, startEditor } from './support/editor-page.ts'
import { untilKept, untilViewStays } from './support/stillness.ts'

describe.skipIf(skipReason)(`the editor with the mouse${skipReason ? ` (skipped: ${skipReason})` : ''}`, () => {
  let site: EditorSite
  let page: Page
  let editor: ReturnType<typeof editorOn>

  beforeAll(async () => {
    site = await startEditor({ packages: 'installed' })
    page = await site.open()
    editor = editorOn(page)
  })
  afterAll(async () => await site?.close())

  async function addAfter(title: string, way: string, type: string, name: string): Promise<void> {
    await editor.way(title, way).click()
    await editor.menu.getByRole('option', { name: new RegExp(`^${type}`) }).click()
    await page.getByRole('textbox', { name: 'Title' }).fill(name)
    await editor.panel(name).waitFor()
  }

  async function pick(title: string, name: string): Promise<void> {
    await page
      .getByRole('group', { name: title, exact: true })
      .getByRole('option', { name: new RegExp(`^${name}`) })
      .click()
  }

  async function write(code: string): Promise<void> {
    await editor.code.click()
    await page.keyboard.press('ControlOrMeta+a')
    await page.keyboard.insertText(code)
  }

  async function join(from: string, to: string): Promise<void> {
    await page.getByRole('button', { name: 'Tidy up' }).click()
    // The view moves to the nodes for a moment.
    await untilViewStays(page)
    await editor.way(from).hover()
    await page.mouse.down()
    await editor.entrance(to).hover()
    await page.mouse.up()
  }

  test('two code nodes feed a third, and a fail branch comes back to it', async () => {
    await addAfter('Start', 'source', 'Code', 'Left')
    await page.getByRole('button', { name: 'Remove input text' }).click()
    await write('def main():\n    return {"result": "left"}\n')

    await addAfter('Start', 'source', 'Code', 'Right')
    await page.getByRole('button', { name: 'Remove input text' }).click()
    await write('def main():\n    return {"result": "right"}\n')
    await page.getByLabel('If it still fails').selectOption('fail-branch')
    await editor.way('Right', 'fail-branch').waitFor()

    await addAfter('Right', 'source', 'Variable aggregator', 'Either')
    // What it can only mean is chosen already.
    await page.getByRole('button', { name: 'Variable 1: Right / result' }).waitFor()

    await addAfter('Right', 'fail-branch', 'Template', 'Instead')
    await page.getByLabel('Template', { exact: true }).fill('another way')
    await join('Instead', 'Either')
    await editor.node('Either').click()
    await page.getByRole('button', { name: 'Add variable' }).click()
    await page.getByRole('button', { name: /^Variable 2:/ }).click()
    await pick('Instead', 'output')

    await addAfter('Either', 'source', 'Code', 'Both')
    await join('Left', 'Both')
    await editor.node('Both').click()
    await page.getByRole('textbox', { name: 'Name of input 1' }).fill('left')
    await page.getByRole('button', { name: /^Value of left/ }).click()
    await pick('Left', 'result')
    await page.getByRole('button', { name: 'Add input' }).click()
    await page.getByRole('textbox', { name: 'Name of input 2' }).fill('right')
    await page.getByRole('button', { name: /^Value of right/ }).click()
    await pick('Either', 'output')
    await write('def main(left, right):\n    print("both")\n    return {"result": f"{left} and {right}"}\n')

    await join('Both', 'End')
    await editor.node('End').click()
    await page.getByRole('button', { name: 'Add output' }).click()
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('answer')
    await page.getByRole('button', { name: 'answer: Both / result' }).waitFor()
    await page.getByRole('button', { name: 'No problems' }).waitFor()

    await editor.runTo('Succeeded')
    expect(await editor.outputs()).toEqual({ answer: 'left and right' })
    await editor.node('Instead').getByText('Skipped').waitFor()
    await editor.result.getByRole('tab', { name: /Logs/ }).click()
    await editor.result.getByText('both', { exact: true }).waitFor()
  }, 120_000)

  test('a node that fails takes its fail branch, which is seen on the canvas and told in its panel', async () => {
    await editor.node('Right').click()
    await write('def main():\n    return {"result": ["right"][1]}\n')
    await editor.runTo('Succeeded with recovered errors')
    expect(await editor.outputs()).toEqual({ answer: 'left and another way' })
    await editor.node('Right').getByText('Recovered').waitFor()
    await editor.node('Instead').getByText('Succeeded').waitFor()
    expect(await page.locator('path[data-way="fail"][data-taken="true"]').count()).toBe(1)
    await editor.panel('Right').getByText('list index out of range').first().waitFor()
  })

  test('the code is mended, and the ordinary way taken again', async () => {
    await write('def main():\n    return {"result": ["right"][0]}\n')
    await editor.runTo('Succeeded')
    expect(await editor.outputs()).toEqual({ answer: 'left and right' })
  })

  test('a reload loses nothing: the workflow, and what the last run did', async () => {
    await untilKept(page, '["right"][0]')
    await page.reload()
    await editor.node('Both').getByText('Succeeded').waitFor()
    await editor.node('Instead').getByText('Skipped').waitFor()
    await editor.runTo('Succeeded')
    expect(await editor.outputs()).toEqual({ answer: 'left and right' })
  })

  test('the runs are in the history, the newest first, and each can be run again', async () => {
    await page.getByRole('link', { name: 'Runs' }).click()
    const rows = page.getByRole('row')
    await rows.nth(4).waitFor()
    await page.getByLabel('Status').selectOption('partial-succeeded')
    await rows.nth(2).waitFor({ state: 'detached' })
    await rows.nth(1).getByRole('link').click()
    const address = page.url()
    await page.getByRole('button', { name: 'Run again' }).click()
    await page.waitForURL((url) => url.href !== address)
    await page.getByRole('status').getByText('Succeeded with recovered errors').waitFor()
    await page.getByText('IndexError: list index out of range').first().waitFor()

    await page.getByRole('button', { name: 'Run this node again' }).click()
    await page.getByRole('heading', { name: 'Right' }).waitFor()
    await page.getByRole('status').getByText('Recovered').waitFor()

    // The node's own run shows what ran, and leads back to the node.
    await page.getByRole('region', { name: 'Code' }).getByText('["right"][1]').waitFor()
    await page.getByRole('button', { name: 'Open in editor' }).click()
    await editor.panel('Right').waitFor()
    expect(await page.title()).toBe('Workflow – Codenode')

    await page.goto(address)
    await page.getByRole('button', { name: 'Open in editor' }).click()
    await editor.node('Right').getByText('Recovered').waitFor()
  })
})
