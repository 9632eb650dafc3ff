import { type Browser, chromium } from 'playwright-core'
import { isProgram } from '../../../codenode/src/sandbox/find-paths.ts'

const places = [
  '/usr/bin/chromium-headless-shell',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
]

/** The machine's own browser; null: there is none, and tests that need it are skipped. */
export const browserPath: string | null = places.find(isProgram) ?? null

export function launchBrowser(): Promise<Browser> {
  const args = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update']
  return chromium.launch({
    executablePath: browserPath ?? '',
    args: [...args, '--disable-sync', '--no-first-run'],
  })
}
