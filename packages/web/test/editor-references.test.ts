/** What nodes read: variables that are gone, not chosen yet, or without a value where they are read. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type EditorSite, editorOn, skipReason, startEditor } from './support/editor-page.ts'
import { findViolations } from './support/panel-actions.ts'

const node = (id: string, type: string, x: number, data: object) => {
  return { id, type: 'custom', position: { x, y: 280 }, data: { type, title: id, ...data } }
}
const edge = (source: string, target: string, sourceHandle = 'source') => {
  return { id: `${source}-${sourceHandle}-${target}`, source, sourceHandle, target, targetHandle: 'target' }
}
const workflow = (nodes: object[], edges: object[]) =>
  JSON.stringify({ kind: 'app', app: { mode: 'workflow', name: 'W' }, workflow: { graph: { nodes, edges } } })

/** Start → Prices → Branch → End; Prices gives `dear` and can fail. */
const prices = workflow(
  [
    node('Start', 'start', 80, { variables: [{ variable: 'city', label: 'city', type: 'text-input' }] }),
    node('Prices', 'code', 400, {
      code_language: 'python3',
      code: 'def main(city):\n    return {"dear": True, "rows": []}',
      variables: [{ variable: 'city', value_selector: ['Start', 'city'] }],
      outputs: { dear: { type: 'boolean', children: null }, rows: { type: 'array[object]', children: null } },
      error_strategy: 'fail-branch',
    }),
    node('Branch', 'if-else', 720, {
      cases: [
        {
          case_id: 'true',
          logical_operator: 'and',
          conditions: [
            { variable_selector: ['Prices', 'dear'], varType: 'boolean', comparison_operator: 'is', value: true },
          ],
        },
      ],
    }),
    node('End', 'end', 1040, { outputs: [{ variable: 'rows', value_selector: ['Prices', 'rows'] }] }),
    {
      ...node('Excuse', 'template-transform', 720, { template: '', variables: [] }),
      position: { x: 720, y: 520 },
    },
  ],
  [
    edge('Start', 'Prices'),
    edge('Prices', 'Branch'),
    edge('Branch', 'End', 'true'),
    edge('Prices', 'Excuse', 'fail-branch'),
  ],
)

describe.skipIf(skipReason)(`what nodes read${skipReason ? ` (skipped: ${skipReason})` : ''}`, () => {
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

  const problems = (text: string) => page.getByRole('button', { name: text, exact: true })
  const dialog = (title: RegExp) => page.getByRole('dialog', { name: title })

  test('variables of a removed node are problems that keep the run from starting', async () => {
    await editor.importText(prices)
    await problems('No problems').waitFor()
    await editor.node('Branch').getByText('dear is true').waitFor()
    await editor.node('Prices').click()
    await page.getByRole('button', { name: 'Remove', exact: true }).click()
    await problems('2 problems').waitFor()
    await editor.node('Branch').getByText('1 problem').waitFor()
    await editor.node('Branch').click()
    const panel = editor.panel('Branch')
    await panel.getByText('This node isn’t connected to the start').waitFor()
    await panel.getByText('Deleted variable (dear)').first().waitFor()
    expect(await panel.getByText('Prices').count()).toBe(0)
    expect(await findViolations(page)).toEqual([])
    await editor.runButton.click()
    await dialog(/^2 problems/)
      .getByText('Deleted variable (rows)')
      .waitFor()
    expect(await editor.result.count()).toBe(0)
  })

  test('a new node is calm until a run is wanted, and reads the one variable that it can only mean', async () => {
    await editor.way('Start').click()
    await editor.menu.getByRole('option', { name: /^Iteration/ }).click()
    await problems('No problems').waitFor()
    await editor.way('Start').click()
    await editor.menu.getByRole('option', { name: /^Code/ }).click()
    await problems('No problems').waitFor()
    const code = editor.panel('Code')
    await code.getByRole('button', { name: 'Value of text' }).waitFor()
    expect(await code.locator('[aria-invalid]').count()).toBe(0)
    await editor.runButton.click()
    await dialog(/problems/)
      .getByText('Choose a variable')
      .first()
      .waitFor()
    await dialog(/problems/)
      .getByRole('button', { name: 'Code', exact: true })
      .click()
    await code
      .getByRole('listitem')
      .filter({ hasText: /^Choose a variable$/ })
      .waitFor()

    await editor.importText(prices)
    await editor.way('Prices', 'fail-branch').click()
    await editor.menu.getByRole('option', { name: /^If/ }).click()
    await problems('No problems').waitFor()
    await editor.importText(prices)
    await editor.way('Start').click()
    await editor.menu.getByRole('option', { name: /^Code/ }).click()
    await editor.panel('Code').getByText('Start / city').waitFor()
    expect(await editor.code.textContent()).toContain('def main(city: str)')
  })

  test('after a failure the error comes first, and what has no value there says so', async () => {
    await editor.importText(prices)
    await editor.node('Excuse').click()
    await page.getByRole('button', { name: 'Add variable' }).click()
    await page.keyboard.type('why')
    await page.getByRole('button', { name: 'why: Not chosen' }).click()
    const options = page.getByRole('listbox').getByRole('option')
    expect((await options.allTextContents()).slice(0, 5)).toEqual([
      'citystring',
      'error_messagestring',
      'error_typestring',
      'dearboolean',
      'rowsarray[object]',
    ])
    await page
      .getByRole('group', { name: 'Prices (no value after a failure)' })
      .getByRole('option', { name: /^rows/ })
      .waitFor()
  })

  test('an If begins with a condition that tells what it is, and is a problem without one', async () => {
    await editor.importText(prices)
    await editor.way('Start').click()
    await editor.menu.getByRole('option', { name: /^If/ }).click()
    const panel = editor.panel('If / else')
    await editor
      .node('If / else')
      .getByText('city contains')
      .or(editor.node('If / else').getByText('city is'))
      .waitFor()
    await panel.getByRole('button', { name: 'Remove If, condition 1' }).click()
    await panel.getByText('Add a condition').first().waitFor()
    await problems('1 problem').waitFor()
    await panel.getByRole('button', { name: 'Add condition' }).click()
    await problems('No problems').waitFor()
    await editor.node('Branch').click()
    const branch = editor.panel('Branch')
    await branch.getByRole('button', { name: 'Add condition' }).click()
    await branch.getByRole('button', { name: 'Variable: Not chosen' }).click()
    await page.getByRole('option', { name: /^dear/ }).click()
    expect(await branch.getByRole('combobox', { name: 'Value' }).last().inputValue()).toBe('true')
  })

  test('the label of an input follows its name until it is written by hand; what is added has the focus', async () => {
    await editor.node('Start').click()
    const inputs = editor.panel('Start').getByRole('region', { name: 'Inputs', exact: true })
    const label = inputs.getByRole('textbox', { name: 'Label' })
    await inputs.getByRole('button', { name: 'Add input' }).click()
    await page.keyboard.type('csv')
    await page.keyboard.press('Enter')
    expect(await label.inputValue()).toBe('csv')
    await label.fill('Table')
    await inputs.getByRole('textbox', { name: 'Name' }).fill('rows')
    await page.keyboard.press('Enter')
    expect(await label.inputValue()).toBe('Table')
    await inputs.getByRole('button', { name: 'Add input' }).click()
    await page.keyboard.type('limit')
    await page.keyboard.press('Enter')
    const middle = async (name: string, role: 'button' | 'switch' | 'textbox' | 'combobox') => {
      const box = await inputs.getByRole(role, { name }).first().boundingBox()
      return box ? Math.round(box.y + box.height / 2) : Number.NaN
    }
    expect(await middle('Remove rows', 'button')).toBe(await middle('Name', 'textbox'))
    expect(await middle('Required', 'switch')).toBe(await middle('Default', 'textbox'))
    expect(await findViolations(page)).toEqual([])
    await editor.runButton.click()
    const form = dialog(/Inputs of the run|Run inputs/)
    await form.getByLabel(/^Table/).waitFor()
    await form.getByLabel(/^limit/).waitFor()
  })
})
