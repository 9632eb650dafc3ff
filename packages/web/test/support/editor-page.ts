import { existsSync } from 'node:fs'
import path from 'node:path'
import type { Browser, Locator, Page } from 'playwright-core'
import { patientLimits, startService, type TestService } from '../../../codenode/test/support/service.ts'
import { browserPath, launchBrowser } from './browser.ts'
import { Profile } from './profile.ts'

const built = path.resolve(import.meta.dirname, '../../dist/index.html')

/** Why the editor cannot be tested here; null: it can. */
export const skipReason: string | null = !browserPath
  ? 'no Chromium was found (apt-get install chromium)'
  : existsSync(built)
    ? null
    : 'the editor is not built (scripts/bootstrap)'

type OpenOptions = { theme?: 'light' | 'dark'; width?: number; beside?: Page }

export type EditorSite = {
  service: TestService
  browser: Browser
  /**
   * A page of a browser that has never been here, or of the same browser as the page that it stands `beside`. One that is opened in a
   * test is closed with it.
   */
  open: (path?: string, options?: OpenOptions) => Promise<Page>
  close: () => Promise<void>
}

type EditorOptions = { packages?: 'none' | 'installed'; env?: Record<string, string> }

/** The editor as a real service serves it, and a browser. `packages`: default `none`, which starts sooner. */
export async function startEditor({ packages = 'none', env = {} }: EditorOptions = {}): Promise<EditorSite> {
  const service = await startService({ packages, env: { ...patientLimits, ...env } })
  const browser = await launchBrowser()
  const profile = new Profile(browser)
  return {
    service,
    browser,
    open: async (at = '/', { theme, width = 1440, beside } = {}) => {
      const page = await profile.newPage(service.address, { beside, width, height: 900 })
      if (theme) await page.addInitScript((name) => localStorage.setItem('codenode.theme', name), theme)
      await page.goto(service.address + at)
      return page
    },
    close: async () => {
      await browser.close()
      await service.close()
    },
  }
}

/** What people do with the editor, by the names that they see or hear. */
export function editorOn(page: Page) {
  const node = (title: string): Locator =>
    page.locator('.react-flow__node').filter({ has: page.getByText(title, { exact: true }) })
  const menu = page.getByRole('dialog', { name: 'Add node' })
  const result = page.getByRole('region', { name: 'Result', exact: true })
  return {
    node,
    menu,
    result,
    panel: (title: string): Locator => page.getByRole('complementary', { name: `${title} settings`, exact: true }),
    /** The way out of a node; `source` where it has only one. */
    way: (title: string, id = 'source'): Locator =>
      node(title).locator(`.react-flow__handle.source[data-handleid="${id}"]`),
    entrance: (title: string): Locator => node(title).locator('.react-flow__handle.target'),
    code: page.getByRole('textbox', { name: /^Code in/ }),
    runButton: page.getByRole('button', { name: 'Run', exact: true }).first(),
    importText: async (text: string): Promise<void> => {
      await page.getByRole('button', { name: 'Import workflow' }).click()
      const dialog = page.getByRole('dialog', { name: 'Import workflow' })
      await dialog
        .getByLabel('Choose file')
        .setInputFiles({ name: 'workflow.yml', mimeType: 'text/yaml', buffer: Buffer.from(text) })
      await dialog.waitFor({ state: 'hidden' })
    },
    /** Runs it and waits for a status such as `Succeeded`. */
    runTo: async (status: string): Promise<void> => {
      await page.getByRole('button', { name: 'Run', exact: true }).first().click()
      await result.getByRole('status').getByText(status, { exact: true }).waitFor()
    },
    outputs: async (): Promise<unknown> => {
      await result.getByRole('tab', { name: 'Outputs' }).click()
      await result.getByRole('radio', { name: 'JSON' }).check()
      return JSON.parse((await result.locator('pre').first().textContent()) ?? '') as unknown
    },
  }
}
