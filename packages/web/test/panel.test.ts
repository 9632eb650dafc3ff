/** The panel as other products embed it, in a real browser against a real service. */
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { browserPath, launchBrowser } from './support/browser.ts'
import { type EmbedPage, startEmbedPage } from './support/embed-page.ts'
import { findViolations, panelOn } from './support/panel-actions.ts'
import { Profile } from './support/profile.ts'

const reason = browserPath ? '' : ' (skipped: there is no browser; apt-get install chromium)'

describe.skipIf(!browserPath)(`the panel${reason}`, () => {
  let embed: EmbedPage
  let browser: Browser
  let profile: Profile
  let page: Page
  let panel: ReturnType<typeof panelOn>
  let errors: string[]

  beforeAll(async () => {
    embed = await startEmbedPage('installed')
    browser = await launchBrowser()
    profile = new Profile(browser)
  })
  afterAll(async () => {
    await browser?.close()
    await embed?.close()
  })
  beforeEach(async () => {
    page = await profile.newPage(new URL(embed.url()).origin, { width: 1440, height: 1000 })
    errors = []
    page.on('pageerror', (error) => errors.push(error.message))
    page.on('console', (message) => message.type() === 'error' && errors.push(message.text()))
    panel = panelOn(page)
    await page.goto(embed.url())
    await panel.code.waitFor()
  })
  afterEach(() => {
    expect(errors).toEqual([])
  })

  test('code is edited, run and its result seen, and the page around it stays as it is', async () => {
    await panel.write('def main(name):\n    return {"greeting": name.upper()}\n')
    await panel.runToEnd()
    expect(await panel.status.textContent()).toMatch(/^Succeeded in/)
    expect(await panel.run.getByRole('tabpanel').textContent()).toContain('"ADA"')
    expect((await panel.settings()).code).toBe('def main(name):\n    return {"greeting": name.upper()}\n')
    expect(await page.evaluate(() => getComputedStyle(document.body).fontFamily)).toBe('Georgia, serif')
  })

  test('a run goes on while the panel is closed; its result, its tab and the steps of undo are there again', async () => {
    await panel.write('import time\ndef main(name):\n    time.sleep(1)\n    return {"greeting": name.upper()}\n')
    await panel.runButton.click()
    await panel.status.getByText('Running…').waitFor()
    await panel.tab('Stats').click()
    await page.getByRole('button', { name: 'Close the node' }).click()
    await panel.code.waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Open the node' }).click()
    await panel.status.getByText(/^Succeeded in 1\.\d s/).waitFor()
    expect(await panel.tab('Stats').getAttribute('aria-selected')).toBe('true')
    await panel.tab('Result').click()
    await panel.run.getByText('"ADA"').waitFor()
    await panel.code.focus()
    await page.keyboard.press('ControlOrMeta+z')
    await expect.poll(async () => (await panel.settings()).code).toContain('Hello, {name}!')
    await panel.run.getByText('Code changed since this run.').waitFor()
  })

  test('a failure marks its line and says what to do; the mark goes when the line is mended', async () => {
    await panel.write('def main(name):\n    rows = []\n    return {"greeting": rows[1]}\n')
    await panel.runToEnd()
    expect(await panel.status.textContent()).toMatch(/^Failed after/)
    expect(await page.locator('.cm-failed-line').textContent()).toContain('rows[1]')
    expect(await page.locator('.cm-failure').textContent()).toBe('IndexError: list index out of range')
    const result = panel.run.getByRole('tabpanel')
    expect(await result.textContent()).toContain('What to do:')
    expect(await result.textContent()).toContain('File "main.py", line 3, in main')

    await result.getByRole('button', { name: 'Go to line 3' }).click()
    expect(await panel.code.evaluate((element) => document.activeElement === element)).toBe(true)
    await page.keyboard.press('End')
    await page.keyboard.insertText('  # mended')
    expect(await page.locator('.cm-failed-line').count()).toBe(0)
    await panel.write('def main(name):\n    return {"greeting": "mended"}\n')
    await page.keyboard.press('ControlOrMeta+Enter')
    await panel.run.getByText('"mended"').waitFor()
  })

  test('code that is edited while it runs is marked where the failed line is then, or not at all', async () => {
    const code = 'import time\ndef main(name):\n    time.sleep(1.5)\n    return {"greeting": [][1]}\n'
    await panel.write(code)
    await panel.runButton.click()
    await page.keyboard.press('Escape')
    await panel.code.focus()
    await page.keyboard.press('ControlOrMeta+Home')
    await page.keyboard.insertText('# a line more\n')
    await panel.ended()
    expect(await page.locator('.cm-failed-line').textContent()).toBe('    return {"greeting": [][1]}')

    await panel.write(code)
    await panel.runButton.click()
    await panel.write(code.replace('[][1]', '[1][0]'))
    await panel.ended()
    expect(await panel.status.textContent()).toMatch(/^Failed after/)
    expect(await page.locator('.cm-failed-line').count()).toBe(0)
  })

  test('retries are shown as a time line with their waits', async () => {
    const retry = panel.section('Retry')
    await retry.getByRole('switch').click()
    await retry.getByRole('textbox', { name: 'Number of retries' }).fill('2')
    await retry.getByRole('textbox', { name: 'Delay in milliseconds' }).fill('20')
    await page.keyboard.press('Tab')
    await expect
      .poll(async () => (await panel.settings()).retry_config)
      .toEqual({ retry_enabled: true, max_retries: 2, retry_interval: 100 })

    await panel.write('def main(name):\n    raise ValueError("no")\n')
    await panel.runToEnd()
    await panel.tab('Attempts').click()
    const rows = panel.run.getByRole('list', { name: 'Run attempts' }).getByRole('listitem')
    await expect
      // A busy machine has some of them wait for the sandbox.
      .poll(async () =>
        (await rows.allTextContents()).map((row) =>
          row.replace(/ \(queued [^)]*\)/, '').replaceAll(/[\d.]+ m?s/g, '*'),
        ),
      )
      .toEqual([
        'Attempt 1 failed*ValueError: no',
        'Delay*',
        'Attempt 2 failed*ValueError: no',
        'Delay*',
        'Attempt 3 failed*ValueError: no',
      ])
  })

  test('default values are edited by type and go on when the code fails', async () => {
    const outputs = panel.section('Output variables')
    await outputs.getByRole('button', { name: 'Add output' }).click()
    await outputs.getByRole('combobox', { name: 'Type of result' }).selectOption('number')
    const failure = panel.section('On failure')
    await failure.getByRole('combobox').selectOption('default-value')
    await failure.getByRole('textbox', { name: 'Default of greeting (string)' }).fill('nobody')
    const number = failure.getByRole('textbox', { name: 'Default of result (number)' })
    await number.fill('many')
    expect(await number.getAttribute('aria-invalid')).toBe('true')
    await number.fill('9007199254740993')
    await panel.write('def main(name):\n    1 / 0\n')
    await panel.runToEnd()
    expect(await panel.status.textContent()).toMatch(/^Failed, recovered/)
    const result = await panel.run.getByRole('tabpanel').textContent()
    expect(result).toContain('greeting"nobody"')
    expect(result).toContain('result9007199254740993')
    expect(result).toContain('error_type"CodeExecutionError"')
  })

  test('rows are shown as a table that is sorted, as a chart, and as JSON', async () => {
    await panel.write(
      'def main(name):\n    return {"greeting": "", "rows": [{"city": c, "people": n} for c, n in [("Oslo", 7), ("Rome", 28), ("Bern", 1)]]}\n',
    )
    const outputs = panel.section('Output variables')
    await outputs.getByRole('button', { name: 'Add output' }).click()
    await outputs.getByRole('textbox', { name: 'Name of output result' }).fill('rows')
    await page.keyboard.press('Enter')
    await outputs.getByRole('combobox', { name: 'Type of rows' }).selectOption('array[object]')
    await panel.runToEnd()

    await panel.run.getByRole('radio', { name: 'Table' }).check()
    const table = panel.run.getByRole('table')
    await table.getByRole('button', { name: 'people' }).click()
    expect(await table.getByRole('columnheader', { name: 'people' }).getAttribute('aria-sort')).toBe('ascending')
    expect((await table.getByRole('row').allTextContents()).slice(1)).toEqual(['Bern1', 'Oslo7', 'Rome28'])
    await panel.run.getByRole('radio', { name: 'Chart' }).check()
    await panel.run.getByRole('img', { name: 'people of rows over 3 rows.' }).waitFor()
    await panel.run.getByRole('radio', { name: 'JSON' }).first().check()
    expect(await panel.run.locator('pre').textContent()).toContain('"people": 28')
  })

  test('logs come while the code runs, and it can be cancelled', async () => {
    await panel.write(
      'import sys, time\ndef main(name):\n    print("first")\n    print("WARNING:slow", file=sys.stderr)\n    time.sleep(10)\n    return {}\n',
    )
    await panel.runButton.click()
    const log = panel.run.getByRole('log')
    await log.getByText('WARNING:slow').waitFor()
    expect(await log.locator('[data-level="warning"]').count()).toBe(1)
    await panel.run.getByRole('radio', { name: 'stderr' }).check()
    await log.getByText('first').waitFor({ state: 'detached' })
    await panel.run.getByRole('radio', { name: 'All' }).check()
    await log.getByText('first').waitFor()
    await panel.run.getByRole('combobox', { name: 'Level' }).selectOption('error')
    await log.getByText('No matching lines').waitFor()
    await panel.run.getByRole('combobox', { name: 'Level' }).selectOption('warning')
    await log.getByText('WARNING:slow').waitFor()
    await panel.run.getByRole('textbox', { name: 'Since (ms)' }).fill('60000')
    await log.getByText('No matching lines').waitFor()
    await panel.bar.getByRole('button', { name: 'Cancel' }).click()
    await panel.ended()
    expect(await panel.status.textContent()).toBe('Cancelled')
  })

  test('inputs are written as a form or as JSON and are there again after a reload', async () => {
    const field = panel.run.getByRole('textbox', { name: 'name (string)' })
    expect(await field.inputValue()).toBe('Ada')
    await field.fill('Grace')
    await panel.run.getByRole('radio', { name: 'JSON' }).last().check()
    const json = panel.run.getByRole('textbox', { name: 'Inputs as a JSON object' })
    expect(await json.textContent()).toBe('{"name":"Grace"}')
    await json.fill('[')
    await panel.runButton.click()
    await panel.run.getByText('must be a JSON object').waitFor()
    await json.fill('{"name": "Edsger"}')
    await page.reload()
    await panel.run.getByRole('radio', { name: 'Form' }).check()
    expect(await field.inputValue()).toBe('Edsger')
    await panel.run.getByRole('button', { name: 'Use values from previous nodes' }).click()
    expect(await field.inputValue()).toBe('Ada')
  })

  test('an input that is null stays null between JSON and form, and is seen to be', async () => {
    await panel.write('def main(name):\n    return {"greeting": repr(name)}\n')
    const json = panel.run.getByRole('radio', { name: 'JSON' }).last()
    await json.check()
    await panel.run.getByRole('textbox', { name: 'Inputs as a JSON object' }).fill('{"name": null}')
    await panel.run.getByRole('radio', { name: 'Form' }).check()
    const field = panel.run.getByRole('textbox', { name: 'name (string)' })
    expect([await field.inputValue(), await field.getAttribute('placeholder')]).toEqual(['', 'null'])
    await panel.runButton.click()
    await panel.run.getByText('"None"').waitFor()
    await field.fill('x')
    await field.fill('')
    await panel.runButton.click()
    await panel.run.getByText(`"''"`).waitFor()
    expect(await findViolations(page)).toEqual([])
    await panel.run.getByRole('button', { name: 'Set to null: name' }).click()
    await json.check()
    expect(await panel.run.getByRole('textbox', { name: 'Inputs as a JSON object' }).textContent()).toBe(
      '{"name":null}',
    )
  })

  test.each(['mouse', 'finger'] as const)('inputs are put in another order by dragging with a %s', async (means) => {
    const context = await browser.newContext({ viewport: { width: 1440, height: 1000 }, hasTouch: means === 'finger' })
    try {
      const touched = await context.newPage()
      await touched.goto(embed.url())
      const inputs = panelOn(touched).section('Input variables')
      await inputs.getByRole('button', { name: 'Add input' }).click()
      await inputs.getByRole('button', { name: 'Add input' }).click()
      const middleOf = async (name: string) => {
        const box = await inputs.getByRole('button', { name: `Move ${name}:` }).boundingBox()
        return { x: (box?.x ?? 0) + (box?.width ?? 0) / 2, y: (box?.y ?? 0) + (box?.height ?? 0) / 2 }
      }
      const order = async () =>
        (
          JSON.parse((await touched.locator('#settings').textContent()) ?? '') as { variables: { variable: string }[] }
        ).variables.map(({ variable }) => variable)
      const drag = means === 'mouse' ? dragByMouse : dragByTouch
      await expect.poll(order).toEqual(['name', 'input', 'input_2'])
      await drag(touched, await middleOf('name'), await middleOf('input_2'))
      await expect.poll(order).toEqual(['input', 'input_2', 'name'])
      await inputs.getByText('name is now 3 of 3.').waitFor({ state: 'attached' })
      await drag(touched, await middleOf('name'), await middleOf('input_2'))
      await expect.poll(order).toEqual(['input', 'name', 'input_2'])
      if (means === 'mouse') {
        const [from, to] = [await middleOf('name'), await middleOf('input')]
        await touched.mouse.move(from.x, from.y)
        await touched.mouse.down()
        await touched.mouse.move(to.x, to.y - 4, { steps: 4 })
        await touched.keyboard.press('Escape')
        await touched.mouse.up()
        await expect.poll(order).toEqual(['input', 'name', 'input_2'])
      }
    } finally {
      await context.close()
    }
  })

  test('a row comes to where it was let go, also when the last move was not drawn before', async () => {
    const inputs = panel.section('Input variables')
    for (let more = 0; more < 2; more++) await inputs.getByRole('button', { name: 'Add input' }).click()
    const handle = inputs.getByRole('button', { name: 'Move name:' })
    await handle.hover()
    await page.mouse.down()
    const last = await inputs.getByRole('button', { name: 'Move input_2:' }).boundingBox()
    await handle.evaluate(
      (node, clientY) => {
        for (const type of ['pointermove', 'pointerup']) {
          node.dispatchEvent(new PointerEvent(type, { bubbles: true, pointerId: 1, clientY }))
        }
      },
      (last?.y ?? 0) + (last?.height ?? 0),
    )
    await page.mouse.up()
    const names = async () =>
      ((await panel.settings()) as { variables: { variable: string }[] }).variables.map(({ variable }) => variable)
    await expect.poll(names).toEqual(['input', 'input_2', 'name'])
  })

  test('another language keeps the code unless one agrees', async () => {
    const language = page.getByRole('combobox', { name: 'Language' })
    await panel.write('print("mine")\n')
    await language.selectOption('javascript')
    await page.getByRole('dialog').getByRole('button', { name: 'Keep code' }).click()
    expect(await panel.settings()).toMatchObject({ code_language: 'javascript', code: 'print("mine")\n' })
    await language.selectOption('typescript')
    await page.keyboard.press('Escape')
    expect(await panel.settings()).toMatchObject({ code_language: 'javascript' })
    await language.selectOption('typescript')
    await page.getByRole('dialog').getByRole('button', { name: 'Replace with template' }).click()
    await panel.runToEnd()
    expect(await panel.status.textContent()).toMatch(/^Succeeded/)
  })

  test('problems stand beside their field with the text of the service', async () => {
    const name = page.getByRole('textbox', { name: 'Name of input 1' })
    await name.fill('1st')
    expect(await name.getAttribute('aria-invalid')).toBe('true')
    await panel.section('Input variables').getByText('is not a possible name ("1st")').waitFor()
    await page.getByText('Advanced').click()
    await page.getByRole('textbox', { name: 'Memory limit (MiB)' }).fill('3')
    await page.getByText('is the number 3').waitFor()
    await page.getByText('landlock + seccomp').first().waitFor()
  })

  test('signature, outputs and mistakes are put right by a button', async () => {
    await page.getByRole('button', { name: 'Add input' }).click()
    await page.getByRole('textbox', { name: 'Name of input 2' }).fill('limit')
    await page.getByRole('button', { name: 'Update main() to match inputs' }).click()
    expect((await panel.settings()).code).toMatch(/^def main\(name: str, limit\)/)

    const outputs = panel.section('Output variables')
    await panel.write('def main(name, limit):\n    return {"total": 1, "names": [name]}\n')
    await outputs.getByRole('button', { name: 'Detect from code' }).click()
    expect(Object.keys((await panel.settings()).outputs as object)).toEqual(['total', 'names'])
    await outputs.getByRole('combobox', { name: 'Type of total' }).selectOption('number')
    await outputs.getByRole('combobox', { name: 'Type of names' }).selectOption('array[string]')
    await panel.write('def main(name, limit):\n    return {"total": 1, "names": [name]}\n')
    await panel.runToEnd()
    await outputs.getByRole('button', { name: 'Use last result' }).click()
    expect((await panel.settings()).outputs).toMatchObject({
      total: { type: 'number' },
      names: { type: 'array[string]' },
    })

    await panel.write('import nump\ndef main(name, limit):\n    return {"total": 1, "names": []}\n')
    await page.locator('.cm-lintRange-error').first().waitFor()
    await page.keyboard.press('ControlOrMeta+Shift+M')
    await page.getByRole('button', { name: 'Import numpy' }).click()
    expect((await panel.settings()).code).toMatch(/^import numpy\n/)
  })

  test('code is formatted by what is fetched at the first use; without it the indentation is tidied', async () => {
    const format = (): Promise<void> => page.getByRole('button', { name: 'Format code' }).click()
    await panel.write("  def main (name):\n    return {'greeting':name}\n")
    await page.route('**/*.wasm', (route) => route.abort())
    await format()
    await page.getByText("Couldn't load the formatter. Only the indentation was tidied.").first().waitFor()
    expect((await panel.settings()).code).toBe("def main (name):\n  return {'greeting':name}\n")
    expect(errors.splice(0)).toEqual(['Failed to load resource: net::ERR_FAILED'])

    await page.unroute('**/*.wasm')
    await format()
    await page.getByText('Code formatted').first().waitFor()
    expect((await panel.settings()).code).toBe('def main(name):\n    return {"greeting": name}\n')
    await page.getByRole('combobox', { name: 'Language' }).selectOption('javascript')
    await page.getByRole('dialog').getByRole('button', { name: 'Keep code' }).click()
    await panel.write('const main=({name})=>({greeting:name})')
    await format()
    await page.getByText('Code formatted').first().waitFor()
    expect((await panel.settings()).code).toBe('const main = ({ name }) => ({ greeting: name });\n')
  })

  test('inputs are offered while one types', async () => {
    await panel.write('def main(name):\n    return {"greeting": na')
    await page.keyboard.type('m')
    const option = page.locator('.cm-tooltip-autocomplete').getByRole('option', { name: 'name' }).first()
    await option.waitFor()
    expect(await findViolations(page)).toEqual([])
    await page.keyboard.press('Escape')

    await page.getByRole('button', { name: 'Add input' }).click()
    await page.getByRole('button', { name: 'Value of input' }).click()
    await page.getByRole('option', { name: 'page object' }).click()
    await panel.write('def main(name, page):\n    return {"greeting": page')
    await page.keyboard.type('["n')
    await page.locator('.cm-tooltip-autocomplete').getByRole('option', { name: 'number' }).click()
    expect((await panel.settings()).code).toContain('page["number"]')
  })

  test('the editor fills the window, and Escape leads back to the code', async () => {
    await page.getByRole('button', { name: 'Full screen' }).click()
    const box = await page.getByRole('dialog', { name: 'Code' }).boundingBox()
    expect(box).toEqual({ x: 0, y: 0, width: 1440, height: 1000 })
    await page.keyboard.press('ControlOrMeta+Enter')
    await page.getByRole('dialog').getByText('Succeeded').waitFor()
    expect(await findViolations(page)).toEqual([])
    await page.keyboard.press('Escape')
    expect(await page.getByRole('dialog').count()).toBe(0)
    expect(await panel.code.evaluate((element) => document.activeElement === element)).toBe(true)
  })

  test('everything goes by keyboard alone', async () => {
    const focused = () =>
      page.evaluate(
        () => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent ?? '',
      )
    const tabTo = async (name: RegExp): Promise<void> => {
      for (let presses = 0; presses < 60; presses++) {
        if (name.test(await focused())) return
        await page.keyboard.press('Tab')
      }
      throw new Error(`Tab does not lead to ${name}.`)
    }
    await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur())
    await tabTo(/^Add input/)
    await page.keyboard.press('Enter')
    await tabTo(/^Choose a variable/)
    await page.keyboard.press('Enter')
    await page.keyboard.type('orders')
    await page.keyboard.press('Enter')
    const { variables } = await panel.settings()
    expect(variables).toMatchObject([{ variable: 'name' }, { variable: 'orders', value_selector: ['fetch', 'orders'] }])

    await page.keyboard.press('Shift+Tab')
    await page.keyboard.press('Shift+Tab')
    expect(await focused()).toMatch(/^Move orders/)
    await page.keyboard.press('ArrowUp')
    expect((await panel.settings()).variables).toMatchObject([{ variable: 'orders' }, { variable: 'name' }])
    expect(await focused()).toMatch(/^Move orders/)

    await tabTo(/^Code in/)
    await page.keyboard.press('ControlOrMeta+a')
    await page.keyboard.insertText('def main(orders, name):')
    await page.keyboard.press('Enter')
    await page.keyboard.type('return {"greeting": name')
    await page.keyboard.press('End')
    await page.keyboard.press('ControlOrMeta+Enter')
    await panel.run.getByText('"Ada"').waitFor()
    // Tab indents; Escape and then Tab leaves.
    await page.keyboard.press('Tab')
    expect(await focused()).toMatch(/^Code in/)
    await page.keyboard.press('Escape')
    await page.keyboard.press('Tab')
    expect(await focused()).not.toMatch(/^Code in/)
    await tabTo(/^Result/)
    await page.keyboard.press('ArrowRight')
    expect(await panel.tab('Logs').getAttribute('aria-selected')).toBe('true')
  })

  test.each(['light', 'dark'] as const)('axe finds nothing wrong in the %s theme, at any width', async (theme) => {
    await page.goto(embed.url(theme))
    // The themes differ in nothing but colours.
    const violations = () => findViolations(page, theme === 'dark' ? 'color-contrast' : undefined)
    await panel.section('Retry').getByRole('switch').click()
    await panel.section('On failure').getByRole('combobox').selectOption('default-value')
    await page.getByText('Advanced').click()
    await page.getByRole('textbox', { name: 'Name of input 1' }).fill('a b')
    await page.getByRole('textbox', { name: 'Name of input 1' }).fill('name')
    expect(await violations()).toEqual([])
    await panel.write('def main(name):\n    print("ERROR: told")\n    return {"greeting": 1 / 0}\n')
    await panel.runToEnd()
    for (const tab of ['Result', 'Logs', 'Attempts', 'Stats']) {
      await panel.tab(tab).click()
      expect(await violations()).toEqual([])
    }
    await page
      .getByRole('button', { name: /Start \/ name/ })
      .or(page.locator('[aria-haspopup=listbox]'))
      .first()
      .click()
    await page.getByRole('option').first().waitFor()
    expect(await violations()).toEqual([])
    await page.keyboard.press('Escape')
    await page.setViewportSize({ width: 390, height: 900 })
    expect(await violations()).toEqual([])
    for (const width of [390, 320]) {
      await page.setViewportSize({ width, height: 900 })
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width)
    }
  })
})

type Point = { x: number; y: number }

/** A little beyond the middle of the row, as one does to come past it. */
function beyond(from: Point, to: Point): Point {
  return { x: to.x, y: to.y + (to.y > from.y ? 6 : -6) }
}

async function dragByMouse(page: Page, from: Point, to: Point): Promise<void> {
  const end = beyond(from, to)
  await page.mouse.move(from.x, from.y)
  await page.mouse.down()
  await page.mouse.move(end.x, end.y, { steps: 6 })
  await page.mouse.up()
}

async function dragByTouch(page: Page, from: Point, to: Point): Promise<void> {
  const end = beyond(from, to)
  const session = await page.context().newCDPSession(page)
  const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', ...touchPoints: Point[]) =>
    session.send('Input.dispatchTouchEvent', { type, touchPoints })
  await touch('touchStart', from)
  for (let step = 1; step <= 6; step++) {
    await touch('touchMove', { x: end.x, y: from.y + ((end.y - from.y) * step) / 6 })
  }
  await touch('touchEnd')
  await session.detach()
}
