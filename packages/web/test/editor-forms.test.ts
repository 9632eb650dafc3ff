/** The forms of nodes other than Code nodes: what they set is what runs. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type EditorSite, editorOn, skipReason, startEditor } from './support/editor-page.ts'

describe.skipIf(skipReason)(`forms of plain nodes${skipReason ? ` (skipped: ${skipReason})` : ''}`, () => {
  let site: EditorSite
  let page: Page
  let editor: ReturnType<typeof editorOn>
  beforeAll(async () => {
    site = await startEditor()
  })
  afterAll(async () => await site?.close())

  async function begin(): Promise<void> {
    page = await site.open()
    editor = editorOn(page)
    await editor.importText(JSON.stringify(workflow))
    await editor.node('Gather').waitFor()
  }

  async function pick(title: string, name: string): Promise<void> {
    await page
      .getByRole('group', { name: title, exact: true })
      .getByRole('option', { name: new RegExp(`^${name}`) })
      .click()
  }

  test('an aggregator gathers in groups, and what read its output goes on reading it', async () => {
    await begin()
    await editor.node('Gather').click()
    await page.getByRole('switch', { name: 'Several groups' }).click()
    await page.getByRole('textbox', { name: 'Name of group 1' }).fill('words')
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Add group' }).click()
    const second = page.getByRole('group', { name: 'Group2' })
    await second.getByRole('button', { name: 'Add variable to Group2' }).click()
    await second.getByRole('button', { name: /^Group2, variable 1:/ }).click()
    await pick('Right', 'output')

    await editor.node('End').click()
    await page.getByRole('button', { name: 'Add output' }).click()
    await page.getByRole('textbox', { name: 'Name', exact: true }).nth(1).fill('other')
    await page.getByRole('button', { name: /^other:/ }).click()
    await pick('Gather', 'Group2')
    await editor.runTo('Succeeded')
    expect(await editor.outputs()).toEqual({ answer: 'left', other: 'right' })
  })

  test('a template fails into its default value, after the tries that it has', async () => {
    await begin()
    await editor.node('Left').click()
    await page.getByLabel('Template', { exact: true }).fill('{{ 1 / 0 }}')
    await page.getByRole('switch', { name: 'Try again after a failure' }).click()
    await page.getByRole('textbox', { name: 'Number of retries' }).fill('1')
    await page.getByRole('textbox', { name: 'Wait in milliseconds' }).fill('100')
    await page.getByLabel('When the last try has failed').selectOption('default-value')
    await page.getByRole('textbox', { name: 'Default of output (string)' }).fill('by default')
    await editor.runTo('Partly succeeded')
    expect(await editor.outputs()).toEqual({ answer: 'by default' })
    await editor.node('Left').getByText('Failure handled').waitFor()
  })
})

const node = (id: string, x: number, y: number, data: Record<string, unknown>) => ({
  id,
  type: 'custom',
  position: { x, y },
  data,
})

const workflow = {
  kind: 'app',
  app: { name: 'Forms', mode: 'workflow' },
  workflow: {
    graph: {
      nodes: [
        node('s', 0, 120, { type: 'start', title: 'Start', variables: [] }),
        node('l', 320, 0, { type: 'template-transform', title: 'Left', template: 'left', variables: [] }),
        node('r', 320, 240, { type: 'template-transform', title: 'Right', template: 'right', variables: [] }),
        node('g', 640, 120, { type: 'variable-aggregator', title: 'Gather', variables: [['l', 'output']] }),
        node('e', 960, 120, {
          type: 'end',
          title: 'End',
          outputs: [{ variable: 'answer', value_selector: ['g', 'output'] }],
        }),
      ],
      edges: [
        { id: '1', source: 's', target: 'l' },
        { id: '2', source: 's', target: 'r' },
        { id: '3', source: 'l', target: 'g' },
        { id: '4', source: 'r', target: 'g' },
        { id: '5', source: 'g', target: 'e' },
      ],
    },
  },
}
