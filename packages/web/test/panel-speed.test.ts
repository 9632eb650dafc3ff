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

  const python = Array.from({ length: 2500 }, (_, n) => `def step_${n}(value):\n    return value + ${n}\n`).join('')
  const script = Array.from({ length: 1667 }, (_, n) => `function step${n}(value) {\n  return value + ${n}\n}\n`).join(
    '',
  )
  const cases = [
    [
      'typing in 5,000 lines',
      'python3',
      `${python}def main(name):\n    return {"greeting": name}\n`,
      'x = "a text that is typed at the end of a long program"',
    ],
    [
      'members of modules in 5,000 lines of Python',
      'python3',
      `import numpy as np\n${python}def main(name):\n    return {"greeting": name}\n`,
      'x = np.arr; y = np.linalg.nor; z = np.ran; name.upp',
    ],
    [
      'members of modules in 5,000 lines of JavaScript',
      'javascript',
      `const _ = require('lodash')\n${script}const main = ({ name } = {}) => ({ greeting: name })\n`,
      'x = _.group; y = _.sort; const { z = 1 } = name.upper; _.chu',
    ],
  ] as const

  test.each(cases)('%s', async (title, language, code, typed) => {
    const panel = panelOn(page)
    const choice = page.getByRole('combobox', { name: 'Language' })
    if ((await choice.inputValue()) !== language) {
      await choice.selectOption(language)
      await page.getByRole('dialog').getByRole('button', { name: 'Keep code' }).click()
    }
    await panel.write('')
    await page.evaluate(paste, code)
    // Parsed and looked at once, as it is some time after it was opened.
    await page.waitForTimeout(1500)
    await page.keyboard.press('ControlOrMeta+End')
    const watched = page.evaluate(watchKeys)
    await page.keyboard.type(typed, { delay: 60 })
    const { frames, blocked } = await watched
    const [keys, blocks] = [frames, blocked].map((times) => times.toSorted((a, b) => a - b)) as [number[], number[]]
    tell(
      `${title}: key to next frame: median ${at(keys, 0.5)} ms, 95 % ${at(keys, 0.95)} ms; the page is busy with a key: median ${at(blocks, 0.5)} ms, 95 % ${at(blocks, 0.95)} ms, at most ${at(blocks, 1)} ms; ${keys.length} keys`,
    )
    expect(keys.length).toBeGreaterThan(40)
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

/**
 * Until nothing is typed for a second: for each key, the time until the frame after it is drawn, and for how long nothing
 * else could be done because of it.
 */
function watchKeys(): Promise<{ frames: number[]; blocked: number[] }> {
  const frames: number[] = []
  const blocked: number[] = []
  return new Promise((resolve) => {
    let timer = setTimeout(() => resolve({ frames, blocked }), 5000)
    document.addEventListener(
      'keydown',
      () => {
        const began = performance.now()
        requestAnimationFrame(() => setTimeout(() => frames.push(performance.now() - began)))
        const { port1, port2 } = new MessageChannel()
        port1.onmessage = () => blocked.push(performance.now() - began)
        port2.postMessage(null)
        clearTimeout(timer)
        timer = setTimeout(() => resolve({ frames, blocked }), 1000)
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
