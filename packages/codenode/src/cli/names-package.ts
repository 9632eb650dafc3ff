import { listPackages } from '../sandbox/start-zygote.ts'

/**
 * Whether code holds the name of an installed package, as every import of one does but for a name that is computed. A word that is
 * no import counts too: then packages are imported ahead for nothing.
 */
export function namesAnyPackage(code: readonly string[], packagesDir: string): boolean {
  const { python, javascript } = listPackages(packagesDir)
  const names = [...python, ...javascript].flatMap(({ importNames }) => importNames)
  const words = new Set(code.flatMap((text) => text.match(/[\p{L}\p{N}_$]+/gu) ?? []))
  return names.some(
    (name) => words.has(name) || (/[^\p{L}\p{N}_$]/u.test(name) && code.some((text) => text.includes(name))),
  )
}
