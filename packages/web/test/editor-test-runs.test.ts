/** Test runs of single nodes: the values that they begin with, and what becomes of their results. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type EditorSite, editorOn, skipReason, startEditor } from './support/editor-page.ts'
import { panelOn } from './support/panel-actions.ts'

type Output = 'string' | 'number' | 'array[object]' | 'array[number]'

describe.skipIf(skipReason)(`test runs in the editor${skipReason ? ` (skipped: ${skipReason})` : ''}`, () => {
  let site: EditorSite
  let page: Page
  let editor: ReturnType<typeof editorOn>
  let panel: ReturnType<typeof panelOn>
  beforeAll(async () => {
    site = await startEditor({ packages: 'installed' })
  })
  afterAll(async () => await site?.close())
  beforeEach(async () => {
    page = await site.open()
    editor = editorOn(page)
    panel = panelOn(page)
  })

  const node = (id: string, data: Record<string, unknown>, more: Record<string, unknown> = {}) => {
    return { id, type: 'custom', position: { x: 0, y: 0 }, data, ...more }
  }
  const start = node('s', {
    type: 'start',
    title: 'Start',
    variables: [{ variable: 'name', label: 'Name', type: 'text-input', default: 'Ada' }],
  })
  const code = (id: string, title: string, from: string[], body: string, type: Output = 'string', more = {}) =>
    node(id, {
      type: 'code',
      title,
      code_language: 'python3',
      code: `import time\n\ndef main(given):\n${body}\n`,
      variables: [{ variable: 'given', value_selector: from, value_type: 'string' }],
      outputs: { result: { type, children: null } },
      ...more,
    })
  const end = (from: string) =>
    node('e', { type: 'end', title: 'End', outputs: [{ variable: 'result', value_selector: [from, 'result'] }] })
  type Edge = [source: string, target: string, sourceHandle?: string]

  async function load(nodes: ReturnType<typeof node>[], edges: Edge[]): Promise<void> {
    const placed = nodes.map((it, index) => ({ ...it, position: { x: 320 * index, y: 0 } }))
    const joined = edges.map(([source, target, sourceHandle = 'source']) => {
      return { id: `${source}-${sourceHandle}-${target}`, source, target, sourceHandle }
    })
    const document = {
      app: { name: 'Tested', mode: 'workflow' },
      workflow: { graph: { nodes: placed, edges: joined } },
    }
    await editor.importText(JSON.stringify(document))
    await editor.node('Start').waitFor()
  }

  async function loadFirstAndSecond(begin: typeof start): Promise<void> {
    await load(
      [
        begin,
        code('a', 'First', ['s', 'name'], '    return {"result": given + "!"}'),
        code('b', 'Second', ['a', 'result'], '    return {"result": given * 2}'),
        end('b'),
      ],
      [
        ['s', 'a'],
        ['a', 'b'],
        ['b', 'e'],
      ],
    )
  }

  async function open(title: string): Promise<void> {
    await editor.node(title).click()
    await editor.panel(title).waitFor()
    await panel.code.waitFor()
  }

  const result = () => panel.run.getByRole('tabpanel')

  test.each([
    ['Count words', 'total48'],
    ['Write a headline', String.raw`\"it\" makes 17 % of 48 words`],
  ])('the node %j of the example runs on real values at the first click', async (title, expected) => {
    await page.getByRole('button', { name: 'Open example' }).click()
    await open(title)
    await panel.runButton.click()
    await panel.status.getByText(/^Succeeded in/).waitFor()
    await expect.poll(() => result().textContent()).toContain(expected)
    if (title === 'Count words') return
    await panel.run
      .getByText(/^from Count words, \d/)
      .first()
      .waitFor()
    // What ran first has its own result now, with the inputs that it had.
    await open('Count words')
    await panel.status.getByText(/^Succeeded in/).waitFor()
    await panel.run.getByText(/^from Start, \d/).waitFor()
  })

  test('values go from test to test; what is typed wins until it is put back, and a changed node runs first again', async () => {
    await loadFirstAndSecond(start)
    const field = panel.run.getByRole('textbox', { name: 'given (string)' })
    await open('First')
    await panel.run.getByText('default of Start').waitFor()
    await field.fill('Grace')
    await panel.run.getByText('typed').waitFor()
    await panel.runToEnd()
    await result().getByText('"Grace!"').waitFor()

    await open('Second')
    await panel.run.getByText(/^from First, \d/).waitFor()
    expect(await field.inputValue()).toBe('Grace!')
    await panel.runToEnd()
    await result().getByText('"Grace!Grace!"').waitFor()
    await field.fill('x')
    await panel.run.getByText('Inputs changed since this run.').waitFor()
    await panel.run.getByRole('button', { name: 'Use values from previous nodes' }).click()
    expect(await field.inputValue()).toBe('Grace!')
    await panel.run.getByText('Inputs changed since this run.').waitFor({ state: 'detached' })
    await panel.run.getByText('Inputs of this run').click()
    await panel.run.locator('details').filter({ hasText: 'Inputs of this run' }).getByText('"Grace!"').waitFor()

    await open('First')
    await panel.write('def main(given):\n    return {"result": given + "?"}\n')
    await panel.run.getByText('Code changed since this run.').waitFor()
    await open('Second')
    await panel.run.getByText('First changed since its last run and runs first.').waitFor()
    await panel.runToEnd()
    await result().getByText('"Ada?Ada?"').waitFor()
  })

  test('a test run goes on while another node is open; its result, its tab and the steps of undo are there again', async () => {
    await load(
      [
        start,
        code('a', 'Slow', ['s', 'name'], '    time.sleep(1.5)\n    print("told")\n    return {"result": given}'),
        code('b', 'Other', ['a', 'result'], '    return {"result": given}'),
        end('b'),
      ],
      [
        ['s', 'a'],
        ['a', 'b'],
        ['b', 'e'],
      ],
    )
    await open('Slow')
    await panel.code.focus()
    await page.keyboard.press('ControlOrMeta+End')
    await page.keyboard.insertText('# mine')
    await panel.runButton.click()
    await panel.bar.getByText(/^\d+\.\d s$/).waitFor()
    await open('Other')
    expect(await panel.status.textContent()).toBe('Not run yet')
    await open('Slow')
    await panel.status.getByText(/^Succeeded in/).waitFor()
    await panel.tab('Logs').click()
    await panel.run.getByText(/^1\.\d s$/).waitFor()
    await open('Other')
    await open('Slow')
    expect(await panel.tab('Logs').getAttribute('aria-selected')).toBe('true')
    expect(await panel.status.textContent()).toMatch(/^Succeeded in 1\.\d s/)
    await panel.code.focus()
    await page.keyboard.press('ControlOrMeta+z')
    await expect.poll(() => panel.code.textContent()).not.toContain('# mine')
  })

  test('a test run ends with its node, and with the page', async () => {
    await load(
      [start, code('a', 'Forever', ['s', 'name'], '    time.sleep(600)'), end('a')],
      [
        ['s', 'a'],
        ['a', 'e'],
      ],
    )
    await open('Forever')
    const followed = page.waitForRequest((request) => request.url().includes('/events'))
    await panel.runButton.click()
    await followed
    const cancelled = page.waitForRequest((request) => request.url().endsWith('/cancel'))
    await page.getByRole('button', { name: 'Remove', exact: true }).click()
    await cancelled

    await page.getByRole('button', { name: 'Undo', exact: true }).click()
    await open('Forever')
    const again = page.waitForRequest((request) => request.url().includes('/events'))
    await panel.runButton.click()
    await again
    await page.goto('about:blank')
    const statuses = async () => {
      const answer = await fetch(`${site.service.address}/v1/runs?limit=2`)
      return ((await answer.json()) as { runs: { status: string }[] }).runs.map(({ status }) => status)
    }
    await expect.poll(statuses, { timeout: 60_000 }).toEqual(['cancelled', 'cancelled'])
  })

  test('what comes before runs as in the workflow: branches, templates and the first item of an iteration', async () => {
    const inside = { parentId: 'i' }
    await load(
      [
        start,
        node('f', {
          type: 'if-else',
          title: 'Is Ada',
          cases: [
            {
              case_id: 'yes',
              logical_operator: 'and',
              conditions: [{ variable_selector: ['s', 'name'], comparison_operator: 'is', value: 'Ada' }],
            },
          ],
        }),
        node('t', {
          type: 'template-transform',
          title: 'Greeting',
          template: 'Hello {{ name }}',
          variables: [{ variable: 'name', value_selector: ['s', 'name'] }],
        }),
        code('o', 'Elsewhere', ['s', 'name'], '    return {"result": "elsewhere"}'),
        node('v', {
          type: 'variable-aggregator',
          title: 'Either',
          variables: [
            ['o', 'result'],
            ['t', 'output'],
          ],
        }),
        code('l', 'Letters', ['v', 'output'], '    return {"result": [ord(it) for it in given]}', 'array[number]'),
        node('i', {
          type: 'iteration',
          title: 'Each',
          iterator_selector: ['l', 'result'],
          output_selector: ['d', 'result'],
          start_node_id: 'is',
        }),
        node('is', { type: 'iteration-start', title: '' }, inside),
        code('c', 'Inner', ['i', 'item'], '    return {"result": given + 1}', 'number', {}),
        code('d', 'Deeper', ['c', 'result'], '    return {"result": given * 10}', 'number'),
        end('v'),
      ].map((it) => (it.id === 'c' || it.id === 'd' ? { ...it, ...inside } : it)),
      [
        ['s', 'f'],
        ['f', 't', 'yes'],
        ['f', 'o', 'false'],
        ['t', 'v'],
        ['o', 'v'],
        ['v', 'l'],
        ['l', 'i'],
        ['is', 'c'],
        ['c', 'd'],
        ['i', 'e'],
      ],
    )
    await page.getByRole('button', { name: 'Tidy up' }).click()
    await open('Deeper')
    await panel.run.getByText("Inner hasn't run yet and runs first.").waitFor()
    await panel.runToEnd()
    await result().getByText('730').waitFor()
    await open('Letters')
    await panel.run.getByText(/^from Greeting, \d/).waitFor()
    expect(await panel.run.getByRole('textbox').first().inputValue()).toBe('Hello Ada')
  })

  test('a run of the workflow that fails shows its error, whatever tab was open', async () => {
    await load(
      [
        node('s', { type: 'start', title: 'Start', variables: [] }),
        code('a', 'First', ['sys', 'user_id'], '    print("told")\n    return {"result": str(given)}'),
        end('a'),
      ],
      [
        ['s', 'a'],
        ['a', 'e'],
      ],
    )
    await editor.runTo('Succeeded')
    await editor.result.getByRole('tab', { name: 'Logs' }).click()
    await editor.result.getByText('told').waitFor()
    await open('First')
    await panel.write('def main(given):\n    return {"result": given["no"]}\n')
    await editor.runTo('Failed')
    await editor.result
      .getByText(/TypeError/)
      .first()
      .waitFor()
  })

  test('what Start needs is asked for, and the run goes on with it; closed, nothing is run', async () => {
    const asking = node('s', {
      type: 'start',
      title: 'Start',
      variables: [
        { variable: 'name', label: 'Name', type: 'text-input', required: true },
        { variable: 'city', label: 'City', type: 'text-input' },
      ],
    })
    await loadFirstAndSecond(asking)
    const form = page.getByRole('dialog', { name: 'Run inputs' })
    await open('Second')
    await panel.runButton.click()
    await form.getByText('The nodes before this one run first. They need these values.').waitFor()
    await form.getByRole('button', { name: 'Cancel' }).click()
    await panel.status.getByText('Not run yet').waitFor()

    await panel.runButton.click()
    await form.getByRole('button', { name: 'Run', exact: true }).click()
    await form.getByText('Required.').waitFor()
    await form.getByLabel('Name', { exact: true }).fill('Ada')
    await form.getByRole('button', { name: 'Run', exact: true }).click()
    await panel.ended()
    await result().getByText('"Ada!Ada!"').waitFor()
    // It is known now.
    await open('First')
    await panel.runToEnd()
    await result().getByText('"Ada!"').waitFor()
  })

  test('an input without a value is null: the field says so, why, and so does the result', async () => {
    const unset = node('s', {
      type: 'start',
      title: 'Start',
      variables: [{ variable: 'name', label: 'Name', type: 'text-input' }],
    })
    await load(
      [
        unset,
        code('a', 'Unset', ['s', 'name'], '    return {"result": str(given)}'),
        code('b', 'Gone', ['removed', 'text'], '    return {"result": str(given)}'),
        end('b'),
      ],
      [
        ['s', 'a'],
        ['a', 'b'],
        ['b', 'e'],
      ],
    )
    for (const [title, note] of [
      ['Unset', 'Start has no value. Type one to test with.'],
      ['Gone', 'This variable was deleted. Type a value to test with.'],
    ] as const) {
      await open(title)
      await panel.run.getByText(note).waitFor()
      const field = panel.run.getByRole('textbox', { name: 'given (string)' })
      expect(await field.getAttribute('placeholder')).toBe('null')
      expect(await panel.run.getByText('Empty string').count()).toBe(0)
      await panel.runToEnd()
      await result().getByText('"None"').waitFor()
      await panel.run.getByText('Inputs of this run').click()
      await panel.run.locator('details').filter({ hasText: 'Inputs of this run' }).getByText('null').waitFor()
    }
  })

  test('a failure before the node is told at once, where it can be seen', async () => {
    await load(
      [
        start,
        code('a', 'Broken', ['s', 'name'], '    return {"result": given["no"]}'),
        code('b', 'Second', ['a', 'result'], '    return {"result": given}'),
        end('b'),
      ],
      [
        ['s', 'a'],
        ['a', 'b'],
        ['b', 'e'],
      ],
    )
    await open('Second')
    await panel.runButton.click()
    const reason = panel.bar.getByRole('alert')
    await reason.getByText(/^Broken failed: TypeError/).waitFor()
    const box = await reason.boundingBox()
    expect((box?.y ?? 900) + (box?.height ?? 0)).toBeLessThan(900)
  })

  test('a result that does not fit is shown, and its type declared with one click', async () => {
    await load(
      [start, code('a', 'Rows', ['s', 'name'], '    return {"result": [{"city": "Oslo", "cost": 7}]}'), end('a')],
      [
        ['s', 'a'],
        ['a', 'e'],
      ],
    )
    await open('Rows')
    await panel.runToEnd()
    expect(await panel.status.textContent()).toMatch(/^Failed after/)
    const returned = panel.run.getByRole('region', { name: 'main returned' })
    await returned.getByText('1 item').waitFor()
    expect(await panel.section('Output variables').getByRole('button', { name: 'Use last result' }).isEnabled()).toBe(
      true,
    )
    // The result comes into view, below the bar that stays there.
    const seen = await page.evaluate(() => {
      const [bar, tabs] = ['[aria-label="Run"]', '[role=tablist]'].map((it) =>
        document.querySelector(it)?.getBoundingClientRect(),
      )
      return (tabs?.top ?? 0) >= (bar?.bottom ?? 0) && (tabs?.bottom ?? 900) < 800
    })
    expect(seen).toBe(true)
    await panel.run.getByRole('button', { name: 'Set result to array[object]' }).click()
    const type = panel.section('Output variables').getByRole('combobox', { name: 'Type of result' })
    expect(await type.inputValue()).toBe('array[object]')
    await panel.run.getByText('Settings changed since this run.').waitFor()
    await panel.runToEnd()
    expect(await panel.status.textContent()).toMatch(/^Succeeded in/)
    expect(await page.getByRole('button', { name: 'Run', exact: true }).count()).toBe(2)
    await page.getByRole('button', { name: 'Undo (Ctrl+Z)' }).click()
    expect(await type.inputValue()).toBe('string')
  })

  test('a handled failure is told first, leads to its step, and every time of a step is the same', async () => {
    await load(
      [
        start,
        code('a', 'Top prices', ['s', 'name'], '    return {"result": {}["price"]}', 'string', {
          error_strategy: 'fail-branch',
        }),
        end('a'),
      ],
      [
        ['s', 'a'],
        ['a', 'e', 'fail-branch'],
      ],
    )
    await editor.runButton.click()
    await page.getByRole('dialog').getByRole('button', { name: 'Run', exact: true }).click()
    const told = editor.result
      .getByRole('listitem')
      .filter({ hasText: "Top prices failed: KeyError: 'price' → fail branch" })
    await told.getByRole('button', { name: 'Show step' }).click()
    const step = editor.result.getByRole('listitem').filter({ hasText: 'Top prices' })
    await step.getByText('main.py').first().waitFor()
    const time = /[\d.]+ m?s/.exec((await step.locator('summary').first().textContent()) ?? '')?.[0] ?? '?'
    await editor.node('Top prices').getByText(time, { exact: true }).waitFor()
    await open('Top prices')
    await panel.status.getByText(`(${time}`).waitFor()

    await page.getByRole('link', { name: 'Open run' }).click()
    await page
      .getByRole('listitem')
      .filter({ hasText: 'Top prices failed' })
      .getByRole('button', { name: 'Show step' })
      .click()
    await page.getByText('File "main.py"').first().waitFor()
  })
})
