/** Imports, the pages beside the editor, keys, narrow windows, both themes, and a large graph. */
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type EditorSite, editorOn, skipReason, startEditor } from './support/editor-page.ts'
import { manyNodes } from './support/many-nodes.ts'
import { runTrip, trip } from './support/trip.ts'

const name = (what: string): string => (skipReason ? `${what} (skipped: ${skipReason})` : what)

describe.skipIf(skipReason)(name('an export of Dify'), () => {
  let site: EditorSite
  beforeAll(async () => {
    site = await startEditor({ packages: 'installed' })
  })
  afterAll(async () => await site?.close())

  test('is imported, run and found in the history, with every node', async () => {
    const page = await site.open()
    const editor = editorOn(page)
    await runTrip(page)
    expect(await editor.outputs()).toMatchObject({ headline: 'Go in July: 208 km from Portland' })
    await editor.node('Share price of the airline').getByText('Recovered').waitFor()

    await editor.result.getByRole('link', { name: 'Open run' }).click()
    await page.getByRole('heading', { name: 'A trip to Seattle' }).waitFor()
    await page.locator('summary', { hasText: 'Months by weather' }).click()
    await page.getByText('days looked at').waitFor()

    await page.getByRole('link', { name: 'Runs', exact: true }).click()
    await page.getByRole('link', { name: 'A trip to Seattle' }).waitFor()
  })

  test('comes back by undo when it was replaced, and inputs are remembered', async () => {
    const page = await site.open()
    const editor = editorOn(page)
    await runTrip(page)
    await page.getByRole('button', { name: 'New workflow' }).click()
    await editor.node('Plan (TypeScript)').waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Undo', exact: true }).click()
    await editor.node('Plan (TypeScript)').waitFor()
    await editor.runButton.click()
    const form = page.getByRole('dialog', { name: 'Run inputs' })
    expect(await form.getByLabel('Weather of Seattle (CSV)', { exact: true }).inputValue()).toContain('drizzle')
  })

  test('is given out again as a file that says the same', async () => {
    const page = await site.open()
    const editor = editorOn(page)
    await editor.importText(trip)
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Export (Dify YAML)' }).click(),
    ])
    expect(download.suggestedFilename()).toBe('A-trip-to-Seattle.yml')
    const text = readFileSync(await download.path(), 'utf8')
    expect(text).toContain('Months by weather (pandas)')
    expect(text).toContain('error_strategy: fail-branch')
  })

  test.each([
    ['Without secrets', false],
    ['With secrets', true],
  ])('is given out %s, as was answered', async (answer, isWritten) => {
    const page = await site.open()
    const editor = editorOn(page)
    const secret = '  environment_variables:\n    - { name: KEY, value_type: secret, value: tok_9f8e7d6c }'
    await editor.importText(trip.replace('  environment_variables:', secret))
    await page.getByRole('button', { name: 'Export (Dify YAML)' }).click()
    const dialog = page.getByRole('dialog', { name: 'Export secrets?' })
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      dialog.getByRole('button', { name: answer, exact: true }).click(),
    ])
    const text = readFileSync(await download.path(), 'utf8')
    expect([text.includes('value_type: secret'), text.includes('tok_9f8e7d6c')]).toEqual([true, isWritten])
    await dialog.waitFor({ state: 'detached' })
  })

  test('that is none is refused with the reason, and nothing is lost', async () => {
    const page = await site.open()
    await page.getByRole('button', { name: 'Import workflow' }).click()
    const dialog = page.getByRole('dialog', { name: 'Import workflow' })
    await dialog.getByLabel('Or paste it here').fill('a: [1')
    await dialog.getByRole('button', { name: 'Import', exact: true }).click()
    await dialog.getByText(/^Not a workflow: line \d+/).waitFor()
    await dialog.getByRole('button', { name: 'Cancel' }).click()
    await editorOn(page).node('Start').waitFor()
  })
})

describe.skipIf(skipReason)(name('the API page and the themes'), () => {
  let site: EditorSite
  beforeAll(async () => {
    site = await startEditor()
  })
  afterAll(async () => await site?.close())

  test('the API page leads back into the app', async () => {
    const page = await site.open('/docs')
    await page.getByText('/v1/nodes/run', { exact: true }).first().waitFor()
    expect(await page.getByRole('img', { name: 'Fastify' }).count()).toBe(0)
    const main = page.getByRole('navigation', { name: 'Main' })
    await main.getByRole('link', { name: 'Runs' }).click()
    await page.getByRole('heading', { name: 'Runs', exact: true }).waitFor()
    await page.goBack()
    await main.getByRole('link', { name: 'Editor' }).click()
    await editorOn(page).node('Start').waitFor()
  })

  test.each(['light', 'dark'] as const)('the API page has the theme that is chosen in the app: %s', async (theme) => {
    const page = await site.open('/docs', { theme })
    await page.getByText('/v1/nodes/run', { exact: true }).first().waitFor()
    // Whatever the system has, now and later.
    for (const system of ['dark', 'light'] as const) {
      await page.emulateMedia({ colorScheme: system })
      await expect
        .poll(() =>
          page.evaluate(() => getComputedStyle(document.querySelector('.codenode') as Element).backgroundColor),
        )
        .toBe(theme === 'dark' ? 'rgb(26, 29, 35)' : 'rgb(255, 255, 255)')
    }
  })

  test.each(['light', 'dark'] as const)(
    '%s is the theme of whoever has chosen it, from the first page on',
    async (theme) => {
      const page = await site.open('/packages', { theme })
      await expect.poll(() => page.evaluate(() => document.documentElement.dataset.theme)).toBe(theme)
    },
  )
})

describe.skipIf(skipReason)(name('a service with keys'), () => {
  test('is asked with a key that is given once for the tab, and not kept in the storage of the browser', async () => {
    const site = await startEditor({ env: { CODENODE_API_KEYS: 'key-of-this-test-only' } })
    try {
      const page = await site.open('/runs')
      const dialog = page.getByRole('dialog', { name: 'API key required' })
      await dialog.getByLabel('API key').fill('wrong')
      await page.keyboard.press('Enter')
      await dialog.getByText('Invalid API key').waitFor()
      await dialog.getByLabel('API key').fill('key-of-this-test-only')
      await page.keyboard.press('Enter')
      await page.getByText('No runs yet').waitFor()
      await page.reload()
      await page.getByText('No runs yet').waitFor()
      expect(await page.evaluate(() => JSON.stringify(localStorage))).not.toContain('key-of-this-test-only')
    } finally {
      await site.close()
    }
  })
})

describe.skipIf(skipReason)(name('a workflow of 300 nodes'), () => {
  test('draws only what is seen, and pans without long pauses', async () => {
    const site = await startEditor()
    try {
      const page = await site.open()
      const editor = editorOn(page)
      await editor.importText(JSON.stringify(manyNodes(300)))
      await editor.node('Node 1').waitFor()
      for (let clicks = 0; clicks < 8; clicks++) await page.getByRole('button', { name: 'Zoom In' }).click()
      await expect.poll(() => page.locator('.react-flow__node').count()).toBeLessThan(120)
      const frames = page.evaluate(
        () =>
          new Promise<number[]>((resolve) => {
            const gaps: number[] = []
            let last = performance.now()
            const onFrame = (now: number): void => {
              gaps.push(now - last)
              last = now
              if (gaps.length < 60) requestAnimationFrame(onFrame)
              else resolve(gaps)
            }
            requestAnimationFrame(onFrame)
          }),
      )
      await page.mouse.move(700, 780)
      await page.mouse.down()
      for (let step = 0; step < 40; step++) await page.mouse.move(700 - step * 12, 780 - step * 6)
      await page.mouse.up()
      const gaps = (await frames).toSorted((a, b) => a - b)
      // Half of the frames within 50 ms, on a machine that draws without a graphics card and runs other tests.
      expect(gaps[30]).toBeLessThan(50)
    } finally {
      await site.close()
    }
  })
})
