import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'

const folder = import.meta.dirname
const stampFile = path.join(folder, 'node_modules/.stamp')

/** Installs what Codenode is compared with, in bench/node_modules; does nothing when that is current. */
export async function installPeers(signal: AbortSignal): Promise<void> {
  const stamp = createHash('sha256')
    .update(readFileSync(path.join(folder, 'package-lock.json')))
    .digest('hex')
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return
  process.stderr.write('bench: installing isolated-vm and pyodide in bench/node_modules (once) ...\n')
  const began = performance.now()
  // The Node that runs this one is first on the path: npm leaves out what does not fit the Node that it runs on.
  const env = { ...process.env, PATH: `${path.dirname(process.execPath)}:${process.env.PATH ?? ''}` }
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
  const npm = spawn('npm', args, { cwd: folder, env: withoutNpmSettings(env), stdio: ['ignore', 2, 2], signal })
  const code = await new Promise<number | null>((resolve, reject) => {
    npm.once('error', reject)
    npm.once('exit', resolve)
  })
  if (code !== 0) throw new Error(`npm ci in ${folder} ended with ${code}.`)
  writeFileSync(stampFile, stamp)
  process.stderr.write(`bench: installed in ${((performance.now() - began) / 1000).toFixed(1)} s\n`)
}

/** `npm run` hands its own settings down, such as the workspace it was called for; the inner npm must not follow them. */
function withoutNpmSettings(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const own = ['npm_config_workspace', 'npm_config_workspaces', 'npm_config_prefix', 'npm_config_local_prefix']
  return Object.fromEntries(Object.entries(env).filter(([name]) => !own.includes(name.toLowerCase())))
}
