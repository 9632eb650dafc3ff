import { listPackages } from '../sandbox/start-zygote.ts'

/**
 * Whether the code mentions an installed package. Every import does, unless it computes the name. A mention that is not an import
 * also counts: it only makes the start slower.
 */
export function namesAnyPackage(code: readonly string[], packagesDir: string): boolean {
  const { python, javascript } = listPackages(packagesDir)
  const names = [...python, ...javascript].flatMap(({ importNames }) => importNames)
  const words = new Set(code.flatMap((text) => text.match(/[\p{L}\p{N}_$]+/gu) ?? []))
  return names.some(
    (name) => words.has(name) || (/[^\p{L}\p{N}_$]/u.test(name) && code.some((text) => text.includes(name))),
  )
}
