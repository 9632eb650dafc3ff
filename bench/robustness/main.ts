/** What one hostile run or request costs all others, and what a run takes, beside another clone of the project if one is named. */
import { loadavg } from 'node:os'
import { runCommand } from '../command.ts'
import { measureLatency } from './latency.ts'
import { type RobustnessOptions, readOptions, usage } from './options.ts'
import { type RobustnessResults, toMarkdown } from './report.ts'
import { measureRetries } from './retries.ts'
import { measureStalls, type Watching } from './stalls.ts'

await runCommand('bench', async ({ progress, signal }) => {
  const options = readOptions(process.argv.slice(2))
  if (options === 'help') {
    process.stdout.write(`${usage}\n`)
    return
  }
  const results = await measureAll(options, { say: (text) => progress.say(text), signal })
  progress.clear()
  process.stdout.write(options.json ? `${JSON.stringify(results, null, 2)}\n` : toMarkdown(results))
})

async function measureAll(
  { only, rows, checkouts, rounds }: RobustnessOptions,
  watching: Watching,
): Promise<RobustnessResults> {
  return {
    load: loadavg(),
    latency: only.includes('latency') ? await measureLatency(checkouts, rounds, watching) : [],
    stalls: only.includes('stalls') ? await measureStalls(checkouts, rows, watching) : [],
    retries: only.includes('retries') ? await measureRetries(checkouts, watching) : [],
  }
}
