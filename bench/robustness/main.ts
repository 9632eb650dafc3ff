/** What one hostile run or request costs all others, and what a run takes, beside another clone of the project if one is named. */
import { loadavg } from 'node:os'
import { Progress } from '../progress.ts'
import { measureLatency } from './latency.ts'
import { type RobustnessOptions, readOptions, usage } from './options.ts'
import { type RobustnessResults, toMarkdown } from './report.ts'
import { measureRetries } from './retries.ts'
import { measureStalls, type Watching } from './stalls.ts'

await main()

async function main(): Promise<void> {
  const stop = new AbortController()
  const onSignal = () => stop.abort(new Error('stopped'))
  process.once('SIGINT', onSignal).once('SIGTERM', onSignal)
  const progress = new Progress()
  try {
    const options = readOptions(process.argv.slice(2))
    if (options === 'help') {
      process.stdout.write(`${usage}\n`)
      return
    }
    const results = await measureAll(options, { say: (text) => progress.say(text), signal: stop.signal })
    progress.clear()
    process.stdout.write(options.json ? `${JSON.stringify(results, null, 2)}\n` : toMarkdown(results))
  } catch (error) {
    progress.clear()
    const reason = error instanceof Error ? (error.stack ?? error.message) : String(error)
    process.stderr.write(`bench: ${stop.signal.aborted ? 'stopped; nothing is left behind' : reason}\n`)
    process.exitCode = stop.signal.aborted ? 130 : 1
  }
}

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
