import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

export type Built = { folder: string; remove: () => void }

/**
 * What `build` puts into a folder, made once for all files of a test run: the first that needs it makes it, the others wait.
 * Outside of a test run each call makes its own.
 */
export async function buildOnce(name: string, build: (folder: string) => Promise<void>): Promise<Built> {
  const run = process.env.TEST_RUN_OF_CODENODE
  if (run === undefined) {
    const folder = mkdtempSync(path.join(tmpdir(), `codenode-${name}-`))
    await build(folder)
    return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) }
  }
  const folder = path.join(run, name)
  const outcome = `${folder}.outcome`
  if (isFirst(folder)) {
    const problem = await build(folder).then(
      () => '',
      (error: unknown) => String(error),
    )
    writeFileSync(`${outcome}.next`, problem)
    renameSync(`${outcome}.next`, outcome)
  }
  while (!existsSync(outcome)) await new Promise((resolve) => setTimeout(resolve, 100))
  const problem = readFileSync(outcome, 'utf8')
  if (problem !== '') throw new Error(`${name} could not be built: ${problem}`)
  return { folder, remove: () => undefined }
}

/** Only one of those that try can make a folder. */
function isFirst(folder: string): boolean {
  try {
    mkdirSync(folder)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    return false
  }
}
