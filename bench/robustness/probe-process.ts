/** Asks a service for its health every 20 ms, from a process of its own, until it is told to stop; then tells how long that took. */
import { setTimeout as sleep } from 'node:timers/promises'
import { Connection } from '../connection.ts'

const everyMs = 20
const port = Number(process.argv[2])
const request = Buffer.from('GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n')
const times: number[] = []
let failed = 0
let isOver = false
process.once('message', () => {
  isOver = true
})

let connection = await Connection.open(port)
process.send?.('ready')
while (!isOver) {
  const began = performance.now()
  try {
    if (!connection.isOpen) connection = await Connection.open(port)
    const { status } = await connection.send(request)
    if (status !== 200) failed++
  } catch {
    failed++ // counted: the service is gone, or does not take connections
  }
  const tookMs = performance.now() - began
  times.push(tookMs)
  await sleep(Math.max(1, everyMs - tookMs))
}
connection.close()
process.send?.({ times, failed })
process.disconnect()
