import { globSync } from 'node:fs'
import path from 'node:path'
import { isProgram } from '../../../codenode/src/sandbox/find-paths.ts'

const root = path.resolve(import.meta.dirname, '../../../..')
/** Where scripts/bootstrap --for-tests unpacks programs of others. */
const unpacked = path.join(root, '.codenode/test-tools')

/** The file of a program of others, such as `usr/sbin/nginx`; null: it is not on this machine, and tests with it are skipped. */
export function findTool(file: string): string | null {
  return [path.join(unpacked, file), path.join('/', file)].find(isProgram) ?? null
}

/** With what such a program is started: what was unpacked with it are its libraries. */
export const toolEnv = { LD_LIBRARY_PATH: globSync(path.join(unpacked, 'usr/lib/*-linux-gnu')).join(':') }
