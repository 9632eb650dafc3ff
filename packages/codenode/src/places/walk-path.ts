import { lstatSync, readlinkSync, type Stats } from 'node:fs'
import path from 'node:path'

/** A folder, link or file that is passed on the way to a path; `isLast`: it is what the path leads to. */
export type Passed = { path: string; stats: Stats; isLast: boolean }

/** As many as the kernel follows. */
const maxLinks = 40

/**
 * Everything that decides where an absolute path leads, from the root on: each folder, each symbolic link and the folders
 * that the link's target lies in. Throws what the file system says of a part that is not there.
 */
export function walkPath(file: string): Passed[] {
  const passed: Passed[] = [{ path: '/', stats: lstatSync('/'), isLast: file === '/' }]
  let at = '/'
  let links = 0
  for (let rest = partsOf(file); rest.length > 0; ) {
    const [name = '', ...others] = rest
    const here = path.join(at, name)
    const stats = lstatSync(here)
    rest = others
    if (stats.isSymbolicLink()) {
      const target = readlinkSync(here)
      links += 1
      if (links > maxLinks) throw new Error(`${file} leads in a circle`)
      if (path.isAbsolute(target)) at = '/'
      rest = [...partsOf(target), ...others]
      passed.push({ path: here, stats, isLast: false })
    } else {
      at = here
      passed.push({ path: here, stats, isLast: others.length === 0 })
    }
  }
  return passed
}

function partsOf(file: string): string[] {
  return file.split('/').filter((part) => part !== '' && part !== '.')
}
