/** The forms of nodes that are no Code nodes, driven in a real browser. */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type EditorSite, editorOn, skipReason, startEditor } from './support/editor-page.ts'
import { findViolations } from './support/panel-actions.ts'

const orders = readFileSync(
  path.resolve(import.meta.dirname, '../../../examples/workflows/order-total-0.2.yml'),
  'utf8',
)

type Document = { workflow: { graph: { nodes: { id: string; data: Record<string, unknown> }[] } } }

describe.skipIf(skipReason)(`the forms of nodes${skipReason ? ` (skipped: ${skipReason})` : ''}`, () => {
  let site: EditorSite
  let page: Page
  let editor: ReturnType<typeof editorOn>

  beforeAll(async () => {
    site = await startEditor({ packages: 'installed' })
  })
  afterAll(async () => await site?.close())
  beforeEach(async () => {
    page = await site.open()
    editor = editorOn(page)
  })

  /** The settings of a node as the browser keeps them. */
  async function settings(title: string): Promise<Record<string, unknown>> {
    const kept = await page.evaluate(() => localStorage.getItem('codenode.editor'))
    const { document } = JSON.parse(kept ?? '') as { document: Document }
    return document.workflow.graph.nodes.find(({ data }) => data.title === title)?.data ?? {}
  }

  test('the groups of an aggregator are renamed with all that reads them, moved, added and removed', async () => {
    await editor.importText(orders)
    await editor.node('Either').click()
    const panel = editor.panel('Either')
    const group = (name: string) => panel.getByRole('region', { name: `Group ${name}`, exact: true })
    const total = group('total').getByLabel('Group name')
    await total.fill('unit')
    await group('total').getByText('is "unit" again; names must be unique.').waitFor()
    await total.fill('the sum')
    await page.keyboard.press('Enter')
    await group('the_sum').waitFor()
    await panel.getByRole('button', { name: 'Move the_sum down' }).click()
    await panel.getByRole('button', { name: 'Add group' }).click()
    await group('Group3').getByRole('button', { name: 'Add variable to Group3' }).click()
    const unset = group('Group3').getByRole('button', { name: 'Group3, Variable 1: Not chosen' })
    await expect.poll(() => unset.evaluate((it) => it === document.activeElement)).toBe(true)
    expect(await group('Group3').getByText('Choose a variable').count()).toBe(0)
    await page.keyboard.press('Enter')
    await page.keyboard.press('Escape')
    await group('Group3').getByText('Choose a variable').waitFor()
    expect(await findViolations(page)).toEqual([])
    await panel.getByRole('button', { name: 'Remove Group3', exact: true }).click()
    await page.getByRole('button', { name: 'No problems' }).waitFor()
    await expect
      .poll(async () => (await settings('Either')).advanced_settings)
      .toMatchObject({ group_enabled: true, groups: [{ group_name: 'unit' }, { group_name: 'the_sum' }] })
    await expect.poll(async () => JSON.stringify(await settings('Either'))).toContain('"groupId"')

    await panel.getByRole('switch', { name: 'Use groups' }).click()
    await panel.getByRole('button', { name: /^Variable 1:/ }).waitFor()
    await page.getByRole('button', { name: 'Undo (Ctrl+Z)' }).click()
    await group('the_sum').waitFor()
  })

  test('the inputs and the environment of a workflow have forms, and what reads them follows their names', async () => {
    await editor.node('Start').click()
    const panel = editor.panel('Start')
    await panel.getByRole('button', { name: 'Add input' }).click()
    const input = panel.getByRole('region', { name: 'Inputs', exact: true })
    await input.getByRole('combobox', { name: 'Type' }).selectOption('number')
    const fallback = input.getByRole('textbox', { name: 'Default (number)' })
    await fallback.fill('many')
    expect(await fallback.getAttribute('aria-invalid')).toBe('true')
    await fallback.fill('9007199254740993')
    await input.getByRole('switch', { name: 'Required' }).click()
    const environment = panel.getByRole('region', { name: 'Environment variables' })
    await environment.getByRole('button', { name: 'Add variable to environment' }).click()
    await environment.getByRole('combobox', { name: 'Type' }).selectOption('secret')
    const secret = environment.getByLabel('Value of value (secret)')
    await secret.fill('hidden')
    expect(await secret.getAttribute('type')).toBe('password')
    expect(await findViolations(page)).toEqual([])

    await editor.way('Start').click()
    await editor.menu.getByRole('option', { name: /^Template/ }).click()
    await page.getByLabel('Template', { exact: true }).fill('{{ a }} {{ b }}')
    // The only input is chosen already.
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('a')
    await page.getByRole('button', { name: 'a: Start / input' }).waitFor()
    await page.getByRole('button', { name: 'Add variable' }).click()
    await page.keyboard.type('b')
    await page.getByRole('button', { name: 'b: Not chosen' }).click()
    await page
      .getByRole('group', { name: 'Environment', exact: true })
      .getByRole('option', { name: /^value/ })
      .click()
    await editor.node('Start').click()
    await input.getByRole('textbox', { name: 'Name' }).fill('count')
    await environment.getByRole('textbox', { name: 'Name' }).fill('token')
    await page.keyboard.press('Enter')
    await expect
      .poll(() => settings('Template'))
      .toMatchObject({
        variables: [{ value_selector: [expect.any(String), 'count'] }, { value_selector: ['env', 'token'] }],
      })
    await page.getByRole('button', { name: 'No problems' }).waitFor()
    await editor.runButton.click()
    await page.getByRole('dialog', { name: 'Run inputs' }).getByRole('button', { name: 'Run', exact: true }).click()
    await editor.result.getByRole('status').getByText('Succeeded', { exact: true }).waitFor()
    await editor.node('Template').click()
    // The workflow has the secret itself; what is shown of it has not.
    await editor.panel('Template').getByText('9007199254740993 ••••').waitFor()
  })

  test('a template is tried again, and its fail branch followed', async () => {
    await editor.way('Start').click()
    await editor.menu.getByRole('option', { name: /^Template/ }).click()
    await page.getByLabel('Template', { exact: true }).fill('{{ 1 / 0 }}')
    const panel = editor.panel('Template')
    await panel.getByRole('switch', { name: 'Retry on failure' }).click()
    await panel.getByRole('textbox', { name: 'Number of retries' }).fill('2')
    await panel.getByRole('textbox', { name: 'Delay in milliseconds' }).fill('100')
    await page.keyboard.press('Tab')
    await editor.node('Template').getByText('Retries 2×').waitFor()
    await panel.getByLabel('If it still fails').selectOption('fail-branch')
    await editor.way('Template', 'fail-branch').waitFor()
    await panel.getByLabel('If it still fails').selectOption('default-value')
    await panel.getByRole('textbox', { name: 'Default of output (string)' }).fill('instead')
    await editor.way('Template', 'fail-branch').waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Tidy up' }).click()
    await editor.node('End').click()
    await page.getByRole('button', { name: 'Close' }).click()
    await editor.way('Template').hover()
    await page.mouse.down()
    await editor.entrance('End').hover()
    await page.mouse.up()
    await editor.node('End').click()
    await page.getByRole('button', { name: 'Add output' }).click()
    await page.keyboard.type('text')
    await page.getByRole('button', { name: 'text: Template / output' }).waitFor()
    await editor.runTo('Succeeded with recovered errors')
    expect(await editor.outputs()).toEqual({ text: 'instead' })
    await expect
      .poll(() => settings('Template'))
      .toMatchObject({
        retry_config: { retry_enabled: true, max_retries: 2, retry_interval: 100 },
        error_strategy: 'default-value',
        default_value: [{ key: 'output', type: 'string', value: 'instead' }],
      })
  })
})
