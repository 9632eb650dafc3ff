// The child's side of contenders/peer.ts: takes batches over IPC, runs them, reports the times.

/**
 * `prepare(program)` gives a function that does one whole run and returns (a promise of) `{ resultJson, printed }`.
 */
export function serve(prepare) {
  process.on('SIGINT', () => {
    // The host ends us by closing the channel.
  })
  process.on('disconnect', () => process.exit(0))
  process.on('message', async ({ program, runs, atOnce }) => {
    try {
      process.send(await measure(await prepare(program), { runs, atOnce }))
    } catch (error) {
      process.send({ failed: String(error?.stack ?? error) })
    }
  })
  process.send({ ready: true })
}

async function measure(run, { runs, atOnce }) {
  const times = []
  const answers = new Map()
  const innerTimes = []
  let next = 0
  const lane = async () => {
    while (next < runs) {
      next++
      const began = performance.now()
      const { resultJson, printed } = await run()
      times.push(performance.now() - began)
      const { inner_ms: innerMs, ...outputs } = JSON.parse(resultJson)
      if (innerMs !== undefined) innerTimes.push(innerMs)
      // Equal answers are sent once, for the host to check.
      answers.set(`${JSON.stringify(outputs)}\n${printed}`, { outputs, printed })
    }
  }
  const began = performance.now()
  await Promise.all(Array.from({ length: Math.min(atOnce, runs) }, lane))
  return { times, totalMs: performance.now() - began, innerTimes, answers: [...answers.values()] }
}
