import { existsSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { installation } from '../places/installation.ts'

/** What the demo runs: in the package beside its code, in a clone the examples. */
const packed = path.join(installation.packageRoot, 'demo')

export function demoFile(folder: 'nodes' | 'workflows', name: string): string {
  const at = existsSync(packed) ? packed : path.join(installation.root, 'examples')
  return path.join(at, folder, name)
}

/** A file of public data. The clone has it from the package `vega-datasets`. */
export function demoData(name: string): string {
  const own = path.join(packed, 'data', name)
  return existsSync(own) ? own : fileURLToPath(new URL(`../data/${name}`, import.meta.resolve('vega-datasets')))
}
