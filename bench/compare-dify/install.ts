import { type SpawnOptions, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import path from 'node:path'
import { SetUpError } from '../command.ts'

const requirements = path.join(import.meta.dirname, 'requirements.txt')

type Installing = { dir: string; python: string | null; say: (text: string) => void; signal: AbortSignal }

/** Makes a Python environment with Dify's engine in `dir`, once; gives its interpreter. */
export async function installEngine({ dir, python, say, signal }: Installing): Promise<string> {
  const home = path.join(dir, 'python')
  const interpreter = path.join(home, 'bin/python')
  const stamp = createHash('sha256').update(readFileSync(requirements)).digest('hex')
  const stampFile = path.join(home, '.stamp')
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return interpreter

  const base = await findPython(python, signal)
  say(`installing Dify's engine (${engineVersion()}) from PyPI in ${home}, once; minutes on a slow line`)
  mkdirSync(dir, { recursive: true })
  rmSync(home, { recursive: true, force: true })
  await succeed([base, '-m', 'venv', home], signal, `${base} cannot make an environment; is its venv module installed?`)
  const pip = [interpreter, '-m', 'pip', 'install', '--disable-pip-version-check', '--no-input', '--quiet']
  await succeed(
    [...pip, '--no-deps', '--only-binary', ':all:', '-r', requirements],
    signal,
    'pip cannot install what bench/compare-dify/requirements.txt lists. Is PyPI, or the index that pip is set to, reachable?',
  )
  writeFileSync(stampFile, stamp)
  return interpreter
}

/** `graphon==1.2.3`, as it stands in the list. */
export function engineVersion(): string {
  return /^graphon==.*$/m.exec(readFileSync(requirements, 'utf8'))?.[0] ?? 'graphon'
}

/** The versions that the engine's own package allows. */
async function findPython(wanted: string | null, signal: AbortSignal): Promise<string> {
  const candidates = wanted ? [wanted] : ['python3.13', 'python3.12', 'python3', 'python', ...pyenvPythons()]
  for (const candidate of candidates) {
    const check = 'import sys, venv, ensurepip; sys.exit(not (3, 12) <= sys.version_info < (3, 14))'
    if ((await run([candidate, '-c', check], { signal })).code === 0) return candidate
  }
  throw new SetUpError(
    `Dify's engine needs Python 3.12 or 3.13 with its venv module, and none was found (${candidates.join(', ')}); name one by --python FILE.`,
  )
}

/** pyenv's own commands give only the version that is switched on. */
function pyenvPythons(): string[] {
  const versions = path.join(process.env.PYENV_ROOT ?? path.join(homedir(), '.pyenv'), 'versions')
  if (!existsSync(versions)) return []
  const fitting = readdirSync(versions).filter((name) => /^3\.1[23]\./.test(name))
  return fitting.map((name) => path.join(versions, name, 'bin/python'))
}

async function succeed(argv: readonly string[], signal: AbortSignal, advice: string): Promise<void> {
  const { code, said } = await run(argv, { signal })
  if (code !== 0) throw new SetUpError(`${advice}\n${said.trim().slice(-2000)}`)
}

async function run([command = '', ...args]: readonly string[], options: SpawnOptions) {
  const child = spawn(command, args, {
    ...options,
    env: withoutPlaces(process.env),
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  child.stderr?.on('data', (chunk: Buffer) => {
    said += chunk
  })
  const code = await new Promise<number | null>((resolve, reject) => {
    // A command that is not there is one that failed.
    child.once('error', (error) => (error.name === 'AbortError' ? reject(error) : resolve(null)))
    child.once('close', resolve)
  })
  return { code, said }
}

/** The user's settings that say where to connect stay; those that say what to install, and where to, do not. */
function withoutPlaces(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !places.test(name)))
}

const places =
  /^(PIP_(USER|TARGET|PREFIX|ROOT|REQUIREMENT|CONSTRAINT|EDITABLE|DRY_RUN|PYTHON)|PYTHON(PATH|HOME)|VIRTUAL_ENV)$/
