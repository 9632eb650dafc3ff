import axe from 'axe-core'
import type { Locator, Page } from 'playwright-core'
import { untilDrawn } from './stillness.ts'

/** What people do with the panel, by the names that they see or hear. */
export function panelOn(page: Page) {
  const code = page.getByRole('textbox', { name: /^Code in/ })
  const run = page.getByRole('region', { name: 'Test run', exact: true })
  const bar = page.getByRole('region', { name: 'Run', exact: true })
  return {
    code,
    run,
    bar,
    runButton: bar.getByRole('button', { name: 'Run', exact: true }),
    status: bar.getByRole('status'),
    section: (name: string): Locator => page.getByRole('region', { name, exact: true }),
    tab: (name: string): Locator => run.getByRole('tab', { name }),
    /** Replaces the code, as by pasting. */
    write: async (text: string): Promise<void> => {
      await code.focus()
      await page.keyboard.press('ControlOrMeta+a')
      await page.keyboard.insertText(text)
    },
    /** Runs and waits for the end. */
    runToEnd: async (): Promise<void> => {
      await bar.getByRole('button', { name: 'Run', exact: true }).click()
      await bar.getByText(ended).waitFor()
    },
    ended: () => bar.getByText(ended).waitFor(),
    /** The node as the product around the panel has it. */
    settings: async (): Promise<Record<string, unknown>> =>
      JSON.parse((await page.locator('#settings').textContent()) ?? '') as Record<string, unknown>,
  }
}

const ended = /^(Succeeded in|Failed after|Failed, recovered|Cancelled$|Couldn't start$)/

/** Puts the page into a theme as the editor itself does, with all that is open left open. */
export async function showTheme(page: Page, theme: 'light' | 'dark'): Promise<void> {
  await page.evaluate((name) => {
    document.documentElement.dataset.theme = name
  }, theme)
  await untilDrawn(page)
}

/** What axe finds wrong on the page as it stands, a line each. `only`: a rule; default: all of them. */
export async function findViolations(page: Page, only?: string): Promise<string[]> {
  if (await page.evaluate(() => !('axe' in globalThis))) await page.evaluate(axe.source)
  return await page.evaluate(async (rule) => {
    const { run } = (globalThis as unknown as { axe: typeof axe }).axe
    // Of what is right, axe would name every element as well.
    const { violations } = await run({
      resultTypes: ['violations'],
      ...(rule === undefined ? {} : { runOnly: [rule] }),
    })
    return violations.flatMap(({ id, help, nodes }) =>
      nodes.map(({ target }) => `${id} (${help}): ${target.join(' ')}`),
    )
  }, only)
}

/** As `findViolations`, in both themes, which differ in nothing but colours. */
export async function findViolationsInThemes(page: Page): Promise<string[]> {
  await showTheme(page, 'light')
  const light = await findViolations(page)
  await showTheme(page, 'dark')
  const dark = await findViolations(page, 'color-contrast')
  return [...light.map((it) => `light: ${it}`), ...dark.map((it) => `dark: ${it}`)]
}
