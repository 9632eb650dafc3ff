import type { Browser, BrowserContext, Page } from 'playwright-core'
import { onTestFinished, TestRunner } from 'vitest'

type Room = { context: BrowserContext; idle: Page }

/**
 * Opens pages of a browser that has never been here. One profile serves one test after the other, and what it keeps of a site is
 * cleared before: a profile of its own for each page takes twice as long, since its processes start and compile anew.
 *
 * A page that is opened in a test is closed with the test.
 */
export class Profile {
  readonly #browser: Browser
  #room: Promise<Room> | null = null

  constructor(browser: Browser) {
    this.#browser = browser
  }

  /** `origin`: whose site it opens. `beside`: a page of the same browser, whose storage stays as it is. */
  async newPage(
    origin: string,
    { beside, width, height }: { beside?: Page | undefined; width: number; height: number },
  ): Promise<Page> {
    const page = await (beside?.context() ?? (await this.#takeContext())).newPage()
    if (TestRunner.getCurrentTest()) onTestFinished(() => page.close())
    page.setDefaultTimeout(60_000)
    await page.setViewportSize({ width, height })
    if (!beside) await forget(page, origin)
    return page
  }

  /** The one that stays, unless a page of it is open: two pages that do not stand beside each other are two browsers. */
  async #takeContext(): Promise<BrowserContext> {
    this.#room ??= this.#makeRoom()
    const { context } = await this.#room
    return context.pages().length === 1 ? context : await this.#browser.newContext()
  }

  /** With a page that stays: the browser ends the processes of a profile with its last page. */
  async #makeRoom(): Promise<Room> {
    const context = await this.#browser.newContext()
    return { context, idle: await context.newPage() }
  }
}

/** All but what was fetched and compiled. */
async function forget(page: Page, origin: string): Promise<void> {
  await page.context().clearPermissions()
  const session = await page.context().newCDPSession(page)
  await session.send('Storage.clearDataForOrigin', { origin, storageTypes: 'all' })
  await session.detach()
}
