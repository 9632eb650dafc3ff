/**
 * Takes a picture of every page and state of the editor, at 1440 and 390 pixels of width, in both themes: real service,
 * real browser. To be looked at: what is cut, overlaps or is empty without a reason is a mistake.
 *
 * Usage: npm run screenshots [-- FOLDER] [--only NAME,NAME]. Default folder: .codenode/screenshots. `--readme` takes the
 * pictures of the README instead, into docs/images.
 */
import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import type { Page } from 'playwright-core'
import { skipReason, startEditor } from '../test/support/editor-page.ts'
import { startEmbedPage } from '../test/support/embed-page.ts'
import { runTrip } from '../test/support/trip.ts'
import { reachScene, type Scene, scenes } from './scenes.ts'

type Shot = { scene: Scene; theme: 'light' | 'dark'; width: number; file: string }

/** The pictures of the README: what they show is said there. */
const readmeShots = [
  { name: 'workflow-run', theme: 'light', width: 1440 },
  { name: 'code-node', theme: 'light', width: 1440 },
  { name: 'code-full-screen', theme: 'light', width: 1440 },
  { name: 'code-full-screen-failed', theme: 'dark', width: 1440 },
] as const

const root = path.resolve(import.meta.dirname, '../../..')
const { values, positionals } = readArguments()
const folder = path.resolve(positionals[0] ?? path.join(root, values.readme ? 'docs/images' : '.codenode/screenshots'))
if (skipReason) {
  console.error(`No pictures can be taken: ${skipReason}.`)
  process.exit(2)
}
const shots = values.readme ? readmeShots.map(toReadmeShot) : allShots(values.only.split(',').filter(Boolean))
mkdirSync(folder, { recursive: true })
await takeAll()

function readArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: { only: { type: 'string', default: '' }, readme: { type: 'boolean', default: false } },
    })
  } catch (error) {
    return stop(error instanceof Error ? error.message : String(error))
  }
}

function stop(message: string): never {
  console.error(`${message}\nUsage: npm run screenshots [-- FOLDER] [--only NAME,NAME] [--readme]`)
  process.exit(2)
}

async function takeAll(): Promise<void> {
  const site = await startEditor({ packages: 'installed' })
  const embed = shots.some(({ scene }) => scene.at === 'embed') ? await startEmbedPage('installed') : null
  try {
    // So that there is something in the history.
    const first = await site.open()
    await runTrip(first)
    await first.close()
    for (const { scene, theme, width, file } of shots) {
      const { at = '/' } = scene
      const page = await site.open(at === 'embed' ? '/packages' : at, { theme, width })
      if (at === 'embed') await page.goto(embed?.url(theme) ?? '')
      await reachAtWidth(scene, page, width)
      await page.screenshot({ path: path.join(folder, file) })
      console.log(path.join(path.relative(process.cwd(), folder), file))
      await page.close()
    }
  } finally {
    await embed?.close()
    await site.close()
  }
}

/** Narrow windows are reached as wide ones, and made narrow then: some tools are elsewhere in them. */
async function reachAtWidth(scene: Scene, page: Page, width: number): Promise<void> {
  if (width < 1000) await page.setViewportSize({ width: 1440, height: 900 })
  await reachScene(scene, page)
  if (width < 1000) await page.setViewportSize({ width, height: 844 })
  // Fonts, and the moving of the view to the nodes.
  await page.evaluate(() => document.fonts.ready)
  await page.waitForTimeout(600)
}

function allShots(only: readonly string[]): Shot[] {
  const unknown = only.find((wanted) => !scenes.some(({ name }) => name === wanted))
  if (unknown !== undefined) {
    stop(`There is no picture ${unknown}. There are: ${scenes.map(({ name }) => name).join(', ')}.`)
  }
  return scenes
    .filter(({ name }) => only.length === 0 || only.includes(name))
    .flatMap((scene) =>
      [1440, 390].flatMap((width) =>
        (['light', 'dark'] as const).map((theme) => ({
          scene,
          theme,
          width,
          file: `${scene.name}-${width}-${theme}.png`,
        })),
      ),
    )
}

function toReadmeShot({ name, theme, width }: (typeof readmeShots)[number]): Shot {
  const scene = scenes.find((it) => it.name === name)
  if (!scene) throw new Error(`There is no scene ${name}.`)
  return { scene, theme, width, file: `${name}.png` }
}
