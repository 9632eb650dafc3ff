import { readFileSync } from 'node:fs'
import path from 'node:path'
import { parseYaml } from '../config/parse-yaml.ts'
import { UsageError } from './usage-error.ts'

/** Relative paths count from where the user is: `npm run` changes the working folder and tells the first one. */
export function resolveUserPath(file: string, env: NodeJS.ProcessEnv = process.env): string {
  const from = env.npm_lifecycle_event === 'codenode' ? (env.INIT_CWD ?? process.cwd()) : process.cwd()
  return path.resolve(from, file)
}

/** Text of a file, or of the standard input for `-`. */
export function readText(file: string, what: string): string {
  try {
    return readFileSync(file === '-' ? 0 : resolveUserPath(file), 'utf8')
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code
    const why = code ? (reasons[code] ?? code) : String(cause)
    const place = file === '-' ? 'The standard input' : resolveUserPath(file)
    throw new UsageError(`${what} cannot be read: ${place} ${why}.`, 'Check the path.', { cause })
  }
}

const reasons: Record<string, string> = {
  ENOENT: 'does not exist',
  EACCES: 'is not readable for this user',
  EISDIR: 'is a folder',
}

/** The value of a YAML or JSON text. */
export function readYaml(text: string, file: string): unknown {
  const parsed = parseYaml(text)
  if (parsed.status === 'parsed') return parsed.value
  const [{ line, column, message } = { line: null, column: null, message: 'It cannot be read.' }] = parsed.problems
  const place = line === null ? file : `${file}, line ${line}, column ${column}`
  throw new UsageError(`${place}: ${message}`, 'Fix the line. The file must be YAML or JSON.')
}
