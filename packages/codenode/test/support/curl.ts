/**
 * What of curl the commands of the documents use, for machines without it: an address, `-H`, `-d`, `-f`; `-s`, `-S` and `-N` are
 * taken. Prints the body of the answer as it comes.
 */
import { parseArgs } from 'node:util'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    header: { type: 'string', short: 'H', multiple: true },
    data: { type: 'string', short: 'd' },
    fail: { type: 'boolean', short: 'f' },
    silent: { type: 'boolean', short: 's' },
    'show-error': { type: 'boolean', short: 'S' },
    'no-buffer': { type: 'boolean', short: 'N' },
  },
})
const headers = (values.header ?? []).map((line): [string, string] => {
  const [name = '', ...value] = line.split(':')
  return [name, value.join(':').trim()]
})
const sent = values.data
const method = sent === undefined ? {} : { method: 'POST', body: sent }
const answer = await fetch(positionals[0] ?? '', { headers, ...method })
if (values.fail && !answer.ok) {
  console.error(`curl: (22) The requested URL returned error: ${answer.status}`)
  process.exitCode = 22
} else {
  const body: AsyncIterable<Uint8Array> | null = answer.body
  if (body) for await (const piece of body) process.stdout.write(piece)
}
