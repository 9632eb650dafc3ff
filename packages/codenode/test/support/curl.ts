/** What of curl the printed commands use, for machines without it: an address, `-H`, `-d`. Prints the answer's body. */
import { parseArgs } from 'node:util'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { header: { type: 'string', short: 'H', multiple: true }, data: { type: 'string', short: 'd' } },
})
const headers = (values.header ?? []).map((line): [string, string] => {
  const [name = '', ...value] = line.split(':')
  return [name, value.join(':').trim()]
})
const body = values.data
const answer = await fetch(positionals[0] ?? '', { headers, ...(body === undefined ? {} : { method: 'POST', body }) })
process.stdout.write(await answer.text())
