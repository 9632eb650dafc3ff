/**
 * Checks the packages as other projects install them: that their manifests keep what they promise (publint), and that their
 * types are found and agree with their code (Are the types wrong?). Without a FOLDER of packed files they are packed first.
 *
 * Usage: node scripts/check-packages.ts [FOLDER]
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'

/** Packages are for ESM alone, and for resolvers that know `exports`; these say that others cannot use them. */
const accepted: ReadonlySet<string> = new Set([
  'CJSResolvesToESM',
  'NoResolution:node10',
  'InternalResolutionError:node10',
])
/** Entries without types of their own. */
const untyped = [/\.css$/, /\/bin$/, /\/package\.json$/]

const given = process.argv[2]
const folder = given ?? mkdtempSync(path.join(import.meta.dirname, '../.codenode/packed-'))
try {
  if (given === undefined) execFileSync(process.execPath, [path.join(import.meta.dirname, 'pack.ts'), folder])
  const files = readdirSync(folder).filter((file) => file.endsWith('.tgz'))
  const problems: string[] = []
  for (const file of files) {
    const tarball = new Uint8Array(readFileSync(path.join(folder, file)))
    for (const problem of [...(await lintManifest(tarball)), ...(await lintTypes(tarball))]) {
      problems.push(`${file}: ${problem}`)
    }
  }
  for (const problem of problems) console.log(problem)
  if (files.length === 0) console.log(`${folder} has no packages: npm run pack`)
  process.exitCode = problems.length > 0 || files.length === 0 ? 1 : 0
} finally {
  if (given === undefined) rmSync(folder, { recursive: true })
}

async function lintManifest(tarball: Uint8Array): Promise<string[]> {
  const { messages, pkg } = await publint({ pack: { tarball: tarball.buffer as ArrayBuffer } })
  return messages.map((message) => formatMessage(message, pkg, { color: false }) ?? message.code)
}

async function lintTypes(tarball: Uint8Array): Promise<string[]> {
  const result = await checkPackage(createPackageFromTarballData(tarball))
  if (!result.types) return ['has no types.']
  return result.problems.flatMap((problem) => {
    const entrypoint = 'entrypoint' in problem ? problem.entrypoint : ''
    const kind = 'resolutionKind' in problem ? problem.resolutionKind : ''
    const isKnown = accepted.has(problem.kind) || accepted.has(`${problem.kind}:${kind}`)
    return isKnown || untyped.some((one) => one.test(entrypoint)) ? [] : [`${entrypoint} ${kind}: ${problem.kind}`]
  })
}
