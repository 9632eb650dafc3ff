import { showSafely, type Terminal } from 'codenode/internal/cli/terminal'
import type { Config } from 'codenode/internal/config/read-config'

/** JSON lines on the standard error; lines for people where that is a terminal. */
export function buildLogger(level: Config['service']['logLevel'], terminal: Terminal) {
  const stream = terminal.isTty ? { write: (line: string) => terminal.write(draw(line, terminal)) } : process.stderr
  return { level, stream }
}

const levelNames: Readonly<Record<number, string>> = {
  10: 'trace',
  20: 'debug',
  30: 'info',
  40: 'warn',
  50: 'error',
  60: 'fatal',
}
const notShown = ['level', 'time', 'pid', 'hostname', 'msg', 'requestId']

type Line = { level: number; time: number; msg?: string; [field: string]: unknown }

function draw(json: string, { paint }: Terminal): string {
  // The logger's own lines.
  const line = JSON.parse(json) as Line
  const time = new Date(line.time).toTimeString().slice(0, 8)
  const isBad = line.level >= 50
  const name = (levelNames[line.level] ?? '').padEnd(5)
  const fields = Object.entries(line)
    .filter(([field]) => !notShown.includes(field))
    .map(([field, value]) => `${paint.dim(`${field}=`)}${typeof value === 'string' ? value : JSON.stringify(value)}`)
  const text = showSafely([line.msg ?? '', ...fields].join('  '))
  return `${paint.dim(time)} ${isBad ? paint.red(name) : paint.dim(name)} ${text}\n`
}
