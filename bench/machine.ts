import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { cpus, loadavg, release, totalmem } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { findNodePaths, findPythonPaths } from '../packages/codenode/src/sandbox/find-paths.ts'

/** Where and with what a benchmark was run. */
export type Machine = {
  date: string
  cores: number
  processor: string
  memoryGb: number
  system: string
  /** Load average of the minute before: near 0 on a quiet machine. */
  loadBefore: number
  versions: Record<string, string>
}

const run = promisify(execFile)

export async function readMachine(): Promise<Machine> {
  const processors = cpus()
  const python = findPythonPaths().binary
  const node = findNodePaths()
  const requireUser = createRequire(`${node.packages}/`)
  const requireBench = createRequire(import.meta.url)
  const script =
    'import json, platform, numpy, pandas; print(json.dumps([platform.python_version(), numpy.__version__, pandas.__version__]))'
  // Our own script's answer.
  const [pythonVersion, numpy, pandas] = JSON.parse((await run(python, ['-I', '-c', script])).stdout) as [
    string,
    string,
    string,
  ]
  return {
    date: new Date().toISOString(),
    cores: processors.length,
    processor: processors[0]?.model ?? 'unknown',
    memoryGb: Math.round(totalmem() / 2 ** 30),
    system: `${readSystemName()}, Linux ${release()}`,
    loadBefore: loadavg()[0] ?? 0,
    versions: {
      codenode: readVersion(path.resolve(import.meta.dirname, '../packages/codenode/package.json')),
      node: (await run(node.binary, ['--version'])).stdout.trim().slice(1),
      python: pythonVersion,
      bubblewrap: (await run(process.env.CODENODE_BWRAP ?? 'bwrap', ['--version'])).stdout
        .trim()
        .replace('bubblewrap ', ''),
      numpy,
      pandas,
      lodash: readVersion(requireUser.resolve('lodash/package.json')),
      moment: readVersion(requireUser.resolve('moment/package.json')),
      'isolated-vm': readVersion(requireBench.resolve('isolated-vm/package.json')),
      pyodide: readVersion(requireBench.resolve('pyodide/package.json')),
    },
  }
}

function readVersion(file: string): string {
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version
}

function readSystemName(): string {
  try {
    return /^PRETTY_NAME="(.*)"$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? 'unknown system'
  } catch {
    return 'unknown system' // the file is a custom of most systems only
  }
}
