/** Waiting for a page to come to rest, counted in its own frames: a slow machine draws fewer of them. */
import type { Page } from 'playwright-core'

/** Until all that moves by itself has arrived; what moves without an end is not waited for. */
export async function untilDrawn(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve))
    // What was asked for just now begins to move with the next frame.
    await frame()
    await frame()
    const ending = document
      .getAnimations()
      .filter(({ effect }) => effect?.getComputedTiming().endTime !== Number.POSITIVE_INFINITY)
    await Promise.allSettled(ending.map(({ finished }) => finished))
    await frame()
  })
}

/** Until the graph has stayed where it is for some frames: it is moved step by step, not by an animation of the browser. */
export async function untilViewStays(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const where = () => document.querySelector<HTMLElement>('.react-flow__viewport')?.style.transform
    for (let [last, same] = [where(), 0]; same < 15; ) {
      await new Promise((resolve) => requestAnimationFrame(resolve))
      const now = where()
      same = now === last ? same + 1 : 0
      last = now
    }
  })
}

/** Until what the browser keeps of the page holds a text. */
export async function untilKept(page: Page, text: string): Promise<void> {
  await page.waitForFunction(
    (wanted) => Object.values(localStorage).some((value) => String(value).includes(wanted)),
    JSON.stringify(text).slice(1, -1),
  )
}

/** Presses a key that moves the keyboard on, and waits until it is elsewhere. */
export async function pressAndMove(page: Page, key: string): Promise<void> {
  const before = await page.evaluateHandle(() => document.activeElement)
  await page.keyboard.press(key)
  await page.evaluate(async (left) => {
    // Where nothing takes the keyboard, it stays or goes to the page: some frames tell.
    const isElsewhere = () => document.activeElement !== left && document.activeElement !== document.body
    for (let frames = 0; frames < 20 && !isElsewhere(); frames++) {
      await new Promise((resolve) => requestAnimationFrame(resolve))
    }
  }, before)
  await before.dispose()
}
