/** A run as it is seen while it goes on, and what a node takes from it. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type EditorSite, editorOn, skipReason, startEditor } from './support/editor-page.ts'
import { panelOn } from './support/panel-actions.ts'

describe.skipIf(skipReason)(`a run in the editor${skipReason ? ` (skipped: ${skipReason})` : ''}`, () => {
  let site: EditorSite
  let page: Page
  let editor: ReturnType<typeof editorOn>
  beforeAll(async () => {
    site = await startEditor()
  })
  afterAll(async () => await site?.close())
  beforeEach(async () => {
    page = await site.open()
    editor = editorOn(page)
  })

  /** A start that asks for a name, a Code node that reads it, and an end. */
  async function build(code: string, more: Record<string, unknown> = {}): Promise<void> {
    const node = (id: string, x: number, data: Record<string, unknown>) => ({
      id,
      type: 'custom',
      position: { x, y: 0 },
      data,
    })
    const nodes = [
      node('s', 0, {
        type: 'start',
        title: 'Start',
        variables: [{ variable: 'name', label: 'Name', type: 'text-input' }],
      }),
      node('c', 320, {
        type: 'code',
        title: 'Work',
        code_language: 'python3',
        code,
        variables: [{ variable: 'name', value_selector: ['s', 'name'], value_type: 'string' }],
        outputs: { result: { type: 'string', children: null } },
        ...more,
      }),
      node('e', 640, { type: 'end', title: 'End', outputs: [{ variable: 'result', value_selector: ['c', 'result'] }] }),
    ]
    const edges = [
      { id: 'sc', source: 's', target: 'c' },
      { id: 'ce', source: 'c', target: 'e' },
    ]
    await editor.importText(
      JSON.stringify({ app: { name: 'Seen', mode: 'workflow' }, workflow: { graph: { nodes, edges } } }),
    )
    await editor.node('Work').waitFor()
  }

  async function run(name: string): Promise<void> {
    await editor.runButton.click()
    const form = page.getByRole('dialog', { name: 'Run inputs' })
    await form.getByRole('textbox', { name: /^Name/ }).fill(name)
    await form.getByRole('button', { name: 'Run', exact: true }).click()
  }

  test('shows which try of how many goes on, and is cancelled', async () => {
    await build('def main(name):\n    raise ValueError(name)\n', {
      retry_config: { retry_enabled: true, max_retries: 10, retry_interval: 3000 },
    })
    await editor.node('Work').getByText('Retries 10×').waitFor()
    await run('Ada')
    await editor.node('Work').getByText('Attempt 2 of 11').waitFor()
    await editor.node('Work').getByText('Retrying').waitFor()
    await page.getByRole('button', { name: 'Cancel', exact: true }).click()
    await editor.result.getByRole('status').getByText('Cancelled', { exact: true }).waitFor()
    await editor.node('Work').getByText('Retries 10×').waitFor()
    await editor.runButton.waitFor()
  })

  test('gives a node its inputs for test runs, which are remembered', async () => {
    await build('def main(name):\n    print("told")\n    return {"result": name}\n')
    await run('Ada')
    await editor.result.getByRole('status').getByText('Succeeded', { exact: true }).waitFor()
    await editor.node('Work').click()
    const panel = panelOn(page)
    const field = panel.run.getByRole('textbox', { name: 'name (string)' })
    expect(await field.inputValue()).toBe('Ada')
    await panel.tab('Logs').click()
    await panel.run.getByText('told').waitFor()
    await field.fill('Grace')
    await panel.runToEnd()
    await panel.tab('Result').click()
    await panel.run.getByText('"Grace"').waitFor()
    await page.reload()
    await editor.node('Work').click()
    expect(await field.inputValue()).toBe('Grace')
    await panel.run.getByRole('button', { name: 'Use values from previous nodes' }).click()
    expect(await field.inputValue()).toBe('Ada')
  })
})
