/** How fast the panel is. The figures are printed, and looked at by people: a busy machine must not fail a test. */
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { browserPath, launchBrowser } from './support/browser.ts'
import { type EmbedPage, startEmbedPage } from './support/embed-page.ts'
import { panelOn } from './support/panel-actions.ts'

const reason = browserPath ? '' : ' (skipped: there is no browser; apt-get install chromium)'

describe.skipIf(!browserPath)(`the speed of the panel${reason}`, () => {
  let embed: EmbedPage
  let browser: Browser
  let page: Page

  beforeAll(async () => {
    embed = await startEmbedPage()
    browser = await launchBrowser()
    page = await browser.newPage({ viewport: { width: 1440, height: 1000 } })
    await page.goto(embed.url())
    await panelOn(page).code.waitFor()
  })
  afterAll(async () => {
    await browser?.close()
    await embed?.close()
  })

  test('from the key press to the result of a trivial run', async () => {
    const panel = panelOn(page)
    const times: number[] = []
    for (let run = 0; run < 30; run++) {
      await panel.write(`def main(name):\n    return {"greeting": "run ${run}"}\n`)
      times.push(await timeOf(page, `"run ${run}"`))
    }
    // The first runs warm the page and the service.
    const warm = times.slice(5).toSorted((a, b) => a - b)
    tell(`key press to result: median ${at(warm, 0.5)} ms, 95 % ${at(warm, 0.95)} ms`)
    expect(warm).toHaveLength(25)
  })

  test('typing in 5,000 lines', async () => {
    const panel = panelOn(page)
    const lines = Array.from({ length: 2500 }, (_, n) => `def step_${n}(value):\n    return value + ${n}\n`)
    await panel.write('')
    await page.evaluate(paste, `${lines.join('')}def main(name):\n    return {"greeting": name}\n`)
    await page.waitForTimeout(1000)
    await page.keyboard.press('ControlOrMeta+End')
    const watched = page.evaluate(watchFrames)
    await page.keyboard.type('x = "a text that is typed at the end of a long program"', { delay: 30 })
    const times = (await watched).toSorted((a, b) => a - b)
    tell(
      `key to next frame in 5,000 lines: median ${at(times, 0.5)} ms, 95 % ${at(times, 0.95)} ms, ${times.length} keys`,
    )
    expect(times.length).toBeGreaterThan(40)
  })
})

/** Presses Ctrl+Enter inside of the page, and waits for a frame in which the text stands. */
async function timeOf(page: Page, text: string): Promise<number> {
  return await page.evaluate(
    (wanted) =>
      new Promise<number>((resolve) => {
        const began = performance.now()
        const look = (): void => {
          const panel = document.querySelector('[role=tabpanel]')
          if (panel?.textContent?.includes(wanted)) resolve(performance.now() - began)
          else requestAnimationFrame(look)
        }
        const target = document.activeElement
        target?.dispatchEvent(
          new KeyboardEvent('keydown', {
            key: 'Enter',
            code: 'Enter',
            keyCode: 13,
            ctrlKey: true,
            bubbles: true,
            cancelable: true,
          }),
        )
        requestAnimationFrame(look)
      }),
    text,
  )
}

/** Until nothing is typed for a second: for each key, the time until the frame after it is drawn. */
function watchFrames(): Promise<number[]> {
  const times: number[] = []
  return new Promise((resolve) => {
    let timer = setTimeout(() => resolve(times), 5000)
    document.addEventListener(
      'keydown',
      () => {
        const began = performance.now()
        requestAnimationFrame(() => setTimeout(() => times.push(performance.now() - began)))
        clearTimeout(timer)
        timer = setTimeout(() => resolve(times), 1000)
      },
      true,
    )
  })
}

/** Into what has the focus. */
function paste(text: string): void {
  const clipboardData = new DataTransfer()
  clipboardData.setData('text/plain', text)
  document.activeElement?.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }))
}

function at(sorted: readonly number[], share: number): string {
  return (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN).toFixed(1)
}

function tell(text: string): void {
  process.stdout.write(`${text}\n`)
}
