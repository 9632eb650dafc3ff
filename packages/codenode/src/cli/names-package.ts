import { listPackages } from '../sandbox/start-zygote.ts'

/** Code that may import what it does not name. */
const computed = /\b(?:__import__|importlib|exec|eval|Function)\b|\b(?:require|import)\s*\(\s*[^'"\s]/

/**
 * Whether the code mentions an installed package, or may import one without a mention. A mention that is not an import also counts: it
 * only makes the start slower.
 */
export function namesAnyPackage(code: readonly string[], packagesDir: string): boolean {
  if (code.some((text) => computed.test(text))) return true
  const { python, javascript } = listPackages(packagesDir)
  const names = [...python, ...javascript].flatMap(({ importNames }) => importNames)
  const words = new Set(code.flatMap((text) => text.match(/[\p{L}\p{N}_$]+/gu) ?? []))
  return names.some(
    (name) => words.has(name) || (/[^\p{L}\p{N}_$]/u.test(name) && code.some((text) => text.includes(name))),
  )
}
