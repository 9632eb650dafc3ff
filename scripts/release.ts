/**
 * Publishes the three packages to npm, all of one version. What they hold is built, checked, and described in a CHANGELOG. A
 * version that is there already is left alone, so that a release that broke off can be called again.
 *
 * Usage: npm run release [-- --dry-run]. With --dry-run nothing is published. A release is made by the workflow release.yml,
 * where npm can tell from which commit the packages were built (provenance).
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import path from 'node:path'

/** In this order: each needs what is before it. */
const packages = [
  { name: 'codenode', folder: 'packages/codenode' },
  { name: 'codenode-server', folder: 'packages/codenode-server' },
  { name: 'codenode-web', folder: 'packages/web' },
] as const

const root = path.resolve(import.meta.dirname, '..')
const isDryRun = process.argv.includes('--dry-run')

/** Why there is no release, and what to do. */
class Stop extends Error {}

try {
  release()
} catch (error) {
  if (!(error instanceof Stop)) throw error
  console.error(`release: ${error.message}`)
  process.exitCode = 1
}

function release(): void {
  const unknown = process.argv.slice(2).filter((option) => option !== '--dry-run')
  if (unknown.length > 0) throw new Stop(`What is ${unknown.join(' ')}? Usage: npm run release [-- --dry-run]`)
  const version = readVersion()
  checkTree()
  say(`${isDryRun ? 'Tries the release' : 'Releases'} ${version}`)
  const packed = mkdtempSync(path.join(root, '.codenode/release-'))
  try {
    node('scripts/pack.ts', packed)
    node('scripts/check-packages.ts', packed)
    for (const { name } of packages) publish(name, version, packed)
  } finally {
    rmSync(packed, { recursive: true })
  }
  say(isDryRun ? 'All of it would be published.' : `Published ${version}.`)
}

/** The one version of all, which a CHANGELOG of each describes. */
function readVersion(): string {
  const versions = packages.map(({ folder }) => {
    const { version } = JSON.parse(readFileSync(path.join(root, folder, 'package.json'), 'utf8')) as { version: string }
    return version
  })
  const [first = ''] = versions
  if (versions.some((it) => it !== first)) {
    throw new Stop(`The packages have different versions: ${versions.join(', ')}.`)
  }
  for (const { name, folder } of packages) {
    if (!readText(path.join(folder, 'CHANGELOG.md')).includes(`\n## ${first}\n`)) {
      throw new Stop(
        `${folder}/CHANGELOG.md says nothing of ${name} ${first}. Write what has changed: npx changeset, then npx changeset version`,
      )
    }
  }
  const waiting = readdirSync(path.join(root, '.changeset')).filter(
    (file) => /\.md$/.test(file) && file !== 'README.md',
  )
  if (waiting.length > 0) {
    throw new Stop(`Changes wait for their version: ${waiting.join(', ')}. Call npx changeset version and commit.`)
  }
  return first
}

function readText(file: string): string {
  try {
    return readFileSync(path.join(root, file), 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return ''
    throw error
  }
}

/** What is published is what a commit holds. */
function checkTree(): void {
  const changed = execFileSync('git', ['status', '--porcelain'], { cwd: root, encoding: 'utf8' }).trim()
  if (changed === '') return
  if (!isDryRun) throw new Stop(`There are changes that are not committed:\n${changed}`)
  say('Note: there are changes that are not committed, so a real release would stop here.')
}

function publish(name: string, version: string, packed: string): void {
  const file = readdirSync(packed).find((it) => it === `${name}-${version}.tgz`)
  if (file === undefined) throw new Stop(`${name}-${version}.tgz was not packed.`)
  if (!isDryRun && isPublished(name, version)) {
    say(`${name} ${version} is there already.`)
    return
  }
  // npm proves where a package comes from only where it can ask who builds it.
  const provenance = process.env.GITHUB_ACTIONS === undefined ? [] : ['--provenance']
  const dryRun = isDryRun ? ['--dry-run'] : []
  const args = ['publish', path.join(packed, file), '--access', 'public', ...provenance, ...dryRun]
  execFileSync('npm', args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] })
}

function isPublished(name: string, version: string): boolean {
  try {
    return (
      execFileSync('npm', ['view', `${name}@${version}`, 'version'], { encoding: 'utf8', stdio: 'pipe' }).trim() ===
      version
    )
  } catch {
    // npm fails where there is no such package yet; if it was for another reason, publishing tells.
    return false
  }
}

function node(...args: string[]): void {
  try {
    execFileSync(process.execPath, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] })
  } catch {
    // It has told why.
    throw new Stop(`${args[0]} failed.`)
  }
}

function say(text: string): void {
  console.log(`release: ${text}`)
}
