#!/usr/bin/env node
// The command. Plain JavaScript, since the Node that starts it may be too old to read TypeScript (20, 22), or built without
// that (Debian's own 24): then the Node 24 that comes with the package takes over. CODENODE_NODE names another binary.
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, realpathSync, statSync } from 'node:fs'
import module, { createRequire } from 'node:module'
import { constants } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

// An installed package is built; a clone is run as it is.
const built = new URL('../dist/cli/main.js', import.meta.url)
const main = existsSync(built) ? built : new URL('../src/cli/main.ts', import.meta.url)

const canRead = existsSync(built) || process.features.typescript !== false
const cache = process.env.NODE_COMPILE_CACHE ?? findCompileCache()
if (Number.parseInt(process.versions.node, 10) >= 24 && canRead) {
  if (cache !== undefined) module.enableCompileCache(cache)
  await import(main.href)
} else {
  const env = cache === undefined ? process.env : { ...process.env, NODE_COMPILE_CACHE: cache }
  const child = spawn(newerNode(), [fileURLToPath(main), ...process.argv.slice(2)], { stdio: 'inherit', env })
  child.once('error', (error) => stop(`Node.js could not be started: ${error.message}`))
  child.once('exit', (status, signal) => {
    process.exitCode = signal ? 128 + constants.signals[signal] : status
  })
  // A terminal sends Ctrl-C to both; whoever stops a service sends its signal to this process alone.
  process.on('SIGINT', () => undefined)
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
}

function newerNode() {
  if (process.env.CODENODE_NODE) return process.env.CODENODE_NODE
  const name = `node-linux-${process.arch}`
  let found
  try {
    found = realpathSync(createRequire(import.meta.url).resolve(`${name}/bin/node`))
  } catch {
    const which = canRead ? process.version : `${process.version}, built without TypeScript`
    stop(`Codenode needs Node.js 24 or newer; this is ${which}, and the package ${name} is not installed.`)
  }
  if (!isOurs(found)) stop(`${found} is not started: other users can write it. CODENODE_NODE names another Node.js 24.`)
  return found
}

// What Node compiles is kept in the installation's own data folder, where there is one that this user alone can write: a
// service starts half a second sooner. Code from there is run, so the folder is as much trusted as the code itself.
function findCompileCache() {
  // As places/installation.ts finds it.
  const self = fileURLToPath(import.meta.url)
  const at = self.indexOf('/node_modules/')
  const root = at < 0 ? dirname(dirname(dirname(dirname(self)))) : self.slice(0, at) || '/'
  const folder = join(root, '.codenode', 'compile-cache')
  try {
    if (!isOurs(realpathSync(dirname(folder)))) return undefined
    mkdirSync(folder, { mode: 0o700, recursive: true })
    return isOurs(realpathSync(folder)) ? folder : undefined
  } catch {
    return undefined // not there, or only to be read
  }
}

// Packages are looked for in every folder above, where one that is not installed can be somebody else's. The folders that
// this file is in are taken as they are.
function isOurs(file) {
  const self = realpathSync(fileURLToPath(import.meta.url))
  const own = statSync(self)
  const owners = [0, process.geteuid(), own.uid]
  for (let at = file; !self.startsWith(at === '/' ? at : `${at}/`); at = dirname(at)) {
    const { uid, gid, mode } = statSync(at)
    const canOthersWrite = (mode & 0o002) !== 0 || ((mode & 0o020) !== 0 && gid !== own.gid)
    if (!owners.includes(uid) || canOthersWrite) return false
  }
  return true
}

function stop(message) {
  console.error(message)
  process.exit(3)
}
