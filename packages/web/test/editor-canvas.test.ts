/** What the canvas and the shell around it do: places, the view, keys, imports that cannot run, and what the tab is called. */
import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type EditorSite, editorOn, skipReason, startEditor } from './support/editor-page.ts'
import { untilDrawn } from './support/stillness.ts'
import { trip } from './support/trip.ts'

const phone = { width: 390, height: 844 }

type Box = { x: number; y: number; width: number; height: number }

async function boxOf(locator: Locator): Promise<Box> {
  const box = await locator.boundingBox()
  if (!box) throw new Error(`${String(locator)} is not seen`)
  return box
}

function isOver(one: Box, other: Box): boolean {
  return (
    one.x < other.x + other.width &&
    other.x < one.x + one.width &&
    one.y < other.y + other.height &&
    other.y < one.y + one.height
  )
}

/** All cards that lie over the zoom buttons, or beyond the canvas. */
function hidden(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const boxOf = (selector: string) => document.querySelector(selector)?.getBoundingClientRect() ?? new DOMRect()
    const [canvas, cover] = [boxOf('.react-flow'), boxOf('.react-flow__controls')]
    return [...document.querySelectorAll<HTMLElement>('.react-flow__node')].flatMap((node) => {
      const { left, right, top, bottom } = node.getBoundingClientRect()
      const isCovered = left < cover.right && cover.left < right && top < cover.bottom && cover.top < bottom
      return isCovered || left < canvas.left || right > canvas.right + 1 ? [node.innerText] : []
    })
  })
}

/** Until it holds; a machine that is busy takes its time. */
const eventually = <Value>(read: () => Promise<Value>) => expect.poll(read, { timeout: 60_000 })

const zoomButtons = (page: Page) => page.locator('.react-flow__controls')

describe.skipIf(skipReason)(`the canvas${skipReason ? ` (skipped: ${skipReason})` : ''}`, () => {
  let site: EditorSite
  beforeAll(async () => {
    site = await startEditor({ packages: 'installed' })
  })
  afterAll(async () => await site?.close())

  test('shows all of a small workflow on a phone, at first and after the example, with nothing over the zoom buttons', async () => {
    const page = await site.open('/', { width: phone.width })
    await page.setViewportSize(phone)
    const editor = editorOn(page)
    await editor.node('End').waitFor()
    await eventually(() => hidden(page)).toEqual([])
    await page.getByRole('button', { name: 'Open example' }).click()
    await editor.node('Count words').waitFor()
    await eventually(() => hidden(page)).toEqual([])

    const undo = page.getByRole('status').getByRole('button', { name: 'Undo', exact: true })
    const [button, zoom] = [await boxOf(undo), await boxOf(zoomButtons(page))]
    expect(isOver(button, zoom)).toBe(false)
    // One line of text.
    expect(button.height).toBeLessThan(40)
    expect(await page.getByRole('textbox', { name: 'Workflow name' }).evaluate(isCut)).toBe(false)
    for (const [name, text] of [
      ['Editor', 'Editor'],
      ['Runs', 'Runs'],
      ['Packages and isolation', 'Packages'],
      ['API, in a new tab', 'API'],
    ] as const) {
      const link = page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name, exact: true })
      expect(await link.innerText()).toBe(text)
    }
  })

  test('makes room for a panel: the opened node and the end stay in view, and the number of problems on a phone', async () => {
    const page = await site.open()
    const editor = editorOn(page)
    await page.getByRole('button', { name: 'Open example' }).click()
    await editor.node('Write a headline').click()
    await editor.panel('Write a headline').waitFor()
    await eventually(() => hidden(page)).toEqual([])

    await editor.node('End').click()
    await editor.panel('End').getByRole('button', { name: 'Remove', exact: true }).click()
    const problems = page.getByRole('button', { name: /^\d+ problems?$/ })
    await problems.waitFor()
    await page.setViewportSize(phone)
    expect(await problems.innerText()).toMatch(/^\d+$/)
  })

  test('lets no edge run backwards when a node is connected to an end that stands before it', async () => {
    const page = await site.open()
    const editor = editorOn(page)
    for (const after of ['Start', 'Code', 'Code 2']) {
      await editor.way(after).click()
      await editor.menu.getByRole('option', { name: /^Code/ }).click()
      await editor.menu.waitFor({ state: 'detached' })
    }
    await editor.panel('Code 3').getByRole('button', { name: 'Connect to' }).click()
    await page.getByRole('option', { name: /^End/ }).click()
    await page.getByRole('button', { name: 'Fit View' }).click()
    const right = async (title: string) => {
      const { x, width } = await boxOf(editor.node(title))
      return x + width
    }
    await eventually(async () => (await boxOf(editor.node('End'))).x - (await right('Code 3'))).toBeGreaterThan(0)

    await page.locator('.react-flow__pane').click({ position: { x: 60, y: 60 } })
    await page.getByRole('button', { name: 'Add node' }).click()
    await editor.menu.getByRole('option', { name: /^Iteration/ }).click()
    await page.getByRole('button', { name: 'Fit View' }).click()
    await editor.node('Iteration').waitFor()
    await untilDrawn(page)
    const boxes = await Promise.all(
      ['Start', 'Code', 'Code 2', 'Code 3', 'End', 'Iteration'].map((it) => boxOf(editor.node(it))),
    )
    for (const [at, one] of boxes.entries()) {
      expect(boxes.slice(at + 1).filter((other) => isOver(one, other))).toEqual([])
    }
  })

  test('is reached by keys also where no node is in view', async () => {
    const page = await site.open()
    const editor = editorOn(page)
    await editor.node('Start').waitFor()
    await page.mouse.move(200, 700)
    await page.mouse.down()
    await page.mouse.move(200, 120, { steps: 4 })
    await page.mouse.up()
    await page.mouse.move(200, 700)
    await page.mouse.down()
    await page.mouse.move(200, 120, { steps: 4 })
    await page.mouse.up()
    await editor.node('Start').waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Go to first node' }).press('Enter')
    await eventually(() => editor.node('Start').evaluate((node) => node === document.activeElement)).toBe(true)
  })

  test('says at once what of an import cannot run, and what to do about it in the browser', async () => {
    const page = await site.open()
    const editor = editorOn(page)
    await editor.importText(JSON.stringify(foreign))
    const dialog = page.getByRole('dialog', { name: "2 of 4 nodes can't run here" })
    await dialog.waitFor()
    expect(await dialog.innerText()).not.toContain('codenode run')
    await dialog.getByRole('button', { name: 'Not now' }).click()
    await page.getByRole('button', { name: /problems$/ }).click()
    const list = page.getByRole('dialog', { name: /problem/ })
    expect((await list.innerText()).match(/Can't run here/g)).toHaveLength(2)
    expect(await list.innerText()).not.toMatch(/codenode run|supported are/)
    await list.getByRole('button', { name: 'Replace Ask with a Code node' }).click()
    await list.getByRole('button', { name: 'Fetch', exact: true }).click()
    const panel = editor.panel('Fetch')
    await panel.getByText("Can't run here. Replace it with a Code node, or remove it.").waitFor()
    await panel.getByRole('button', { name: 'Replace with a Code node' }).click()
    await editor.code.waitFor()
    await editor.importText(JSON.stringify(foreign))
    await dialog.getByRole('button', { name: 'Not now' }).click()

    // Who runs it all the same is shown the same list.
    await editor.runButton.click()
    await list.waitFor()
    await page.keyboard.press('Escape')

    await editor.importText(JSON.stringify(foreign))
    await dialog.getByRole('button', { name: 'Replace Ask with a Code node' }).click()
    await page
      .getByRole('dialog', { name: "1 of 4 nodes can't run here" })
      .getByRole('button', { name: 'Remove Fetch' })
      .click()
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
    await editor.runTo('Succeeded')
    expect(await editor.outputs()).toEqual({ answer: '' })
  })

  test('keeps work by itself, tells so at Ctrl+S, lists its keys at ?, and names the tab after the workflow', async () => {
    const page = await site.open()
    const editor = editorOn(page)
    await editor.importText(trip)
    await eventually(() => page.title()).toBe('A trip to Seattle – Codenode')
    await page.getByRole('textbox', { name: 'Workflow name' }).focus()
    await page.evaluate(() => {
      document.addEventListener('keydown', (event) => {
        document.body.dataset.kept = String(event.defaultPrevented)
      })
    })
    await page.keyboard.press('ControlOrMeta+s')
    await page.getByRole('status').getByText('Saved in this browser').waitFor()
    expect(await page.evaluate(() => document.body.dataset.kept)).toBe('true')

    // In a field it is a letter.
    await page.keyboard.press('End')
    await page.keyboard.type('?')
    expect(await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).count()).toBe(0)
    await editor.node('Start').focus()
    await page.keyboard.type('?')
    const keys = page.getByRole('dialog', { name: 'Keyboard shortcuts' })
    await keys.getByText('Add a next step').waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('link', { name: 'Runs', exact: true }).click()
    await eventually(() => page.title()).toBe('Runs – Codenode')
    await page.keyboard.press('ControlOrMeta+s')
    await page.getByRole('status').getByText('Saved in this browser').waitFor()
    await page.getByRole('button', { name: 'Keyboard shortcuts (?)' }).click()
    await keys.waitFor()
    await page.keyboard.press('Escape')
    expect(await page.getByRole('link', { name: 'API, in a new tab' }).getAttribute('target')).toBe('_blank')

    await page.getByRole('link', { name: 'Packages and isolation' }).click()
    const sections = page.getByRole('heading', { level: 2 })
    await sections.first().waitFor()
    expect(await sections.allInnerTexts()).toEqual(['Packages', 'Isolation', 'Service'])
    await page
      .getByRole('row', { name: /pandas/ })
      .getByText('Tables: filter, group, join, summarize')
      .waitFor()
    await page.getByLabel('Search packages').fill('torch')
    await page.getByText('No matching package. Missing one?').first().waitFor()
    await page.getByRole('cell', { name: 'Enforced' }).first().waitFor()
  })

  test('tells the lines that a workflow printed, each with its node, and chooses among them', async () => {
    const page = await site.open()
    const editor = editorOn(page)
    await editor.importText(JSON.stringify(printing))
    await editor.node('Print').waitFor()
    await editor.runTo('Succeeded')
    await editor.result.getByRole('tab', { name: 'Logs 122' }).click()
    const log = editor.result.getByRole('log')
    const line = log.locator('div', { has: page.getByText('line 60', { exact: true }) }).last()
    expect(await line.innerText()).toMatch(/ms\s+Print\s+stdout\s+line 60/)
    await editor.result.getByRole('combobox', { name: 'Level' }).selectOption('error')
    await eventually(() => log.innerText()).toMatch(/ERROR: the end/)
    expect(await log.innerText()).not.toContain('line 60')

    // The tree tells what is folded, and the chart has its labels and colours.
    await editor.result.getByRole('tab', { name: 'Outputs' }).click()
    await editor.result.getByText('{city: "Oslo", cost: 10, dear: 1}').waitFor()
    await editor.result.getByText(String.raw`"say \"it\""`).waitFor()
    await editor.result.getByRole('radio', { name: 'Chart' }).check()
    await editor.result.getByRole('button', { name: 'dear', pressed: false }).click()
    const drawing = editor.result.getByRole('img')
    const fills = await drawing.locator('rect').evaluateAll((bars) => bars.map((bar) => getComputedStyle(bar).fill))
    expect([fills.length, new Set(fills).size]).toEqual([4, 2])
    await editor.result.getByLabel('Labels').selectOption('cost')
    expect(await drawing.locator('text').allTextContents()).toContain('20')
    const [chart, view] = [await boxOf(drawing), await boxOf(editor.result)]
    expect(chart.y + chart.height).toBeLessThanOrEqual(view.y + view.height)
  })

  test('a hint goes away when what it is about is scrolled away', async () => {
    const page = await site.open()
    const editor = editorOn(page)
    await editor.importText(trip)
    await editor.node('Start').click()
    const button = editor
      .panel('Start')
      .getByRole('button', { name: /^Remove / })
      .last()
    await button.hover()
    const hint = page.locator('[role=tooltip]:popover-open')
    // Read as soon as it is there: a list that still scrolls to the button takes the hint away.
    const shown = await page.waitForFunction(
      () => document.querySelector<HTMLElement>('[role=tooltip]:popover-open')?.innerText,
    )
    // What comes under the pointer then may show its own.
    const own = hint.filter({ hasText: String(await shown.jsonValue()) })
    await page.mouse.wheel(0, -400)
    await own.waitFor({ state: 'hidden' })
  })
})

function isCut(field: HTMLElement | SVGElement): boolean {
  return field.scrollWidth > field.clientWidth
}

const place = (column: number) => ({ x: 80 + 320 * column, y: 280 })
const edge = (source: string, target: string) => ({ id: `${source}-${target}`, source, target })

/** As Dify exports it: two of its nodes are of types that are not run here. */
const foreign = {
  kind: 'app',
  app: { name: 'Foreign', mode: 'workflow' },
  workflow: {
    graph: {
      nodes: [
        { id: 's', type: 'custom', position: place(0), data: { type: 'start', title: 'Start', variables: [] } },
        { id: 'a', type: 'custom', position: place(1), data: { type: 'llm', title: 'Ask', model: { name: 'm' } } },
        { id: 'f', type: 'custom', position: place(2), data: { type: 'http-request', title: 'Fetch', url: 'x' } },
        {
          id: 'e',
          type: 'custom',
          position: place(3),
          data: { type: 'end', title: 'End', outputs: [{ variable: 'answer', value_selector: ['a', 'text'] }] },
        },
      ],
      edges: [edge('s', 'a'), edge('s', 'f'), edge('a', 'e')],
    },
  },
}

const printing = {
  kind: 'app',
  app: { name: 'Printing', mode: 'workflow' },
  workflow: {
    graph: {
      nodes: [
        { id: 's', type: 'custom', position: place(0), data: { type: 'start', title: 'Start', variables: [] } },
        {
          id: 'p',
          type: 'custom',
          position: place(1),
          data: {
            type: 'code',
            title: 'Print',
            code_language: 'python3',
            code: [
              'def main():',
              '    for n in range(121):',
              '        print("line", n)',
              '    print("ERROR: the end")',
              '    rows = [{"city": "Oslo", "cost": 10, "dear": 1}, {"city": "Rome", "cost": 20, "dear": 2}]',
              '    return {"rows": rows, "said": \'say "it"\'}',
              '',
            ].join('\n'),
            variables: [],
            outputs: { rows: { type: 'array[object]', children: null }, said: { type: 'string', children: null } },
          },
        },
        {
          id: 'e',
          type: 'custom',
          position: place(2),
          data: {
            type: 'end',
            title: 'End',
            outputs: [
              { variable: 'rows', value_selector: ['p', 'rows'] },
              { variable: 'said', value_selector: ['p', 'said'] },
            ],
          },
        },
      ],
      edges: [edge('s', 'p'), edge('p', 'e')],
    },
  },
}
