import { parentPort } from 'node:worker_threads'
import { type JobAnswer, type JobMessage, jobs } from './jobs.ts'

// A worker has a port to its parent.
const port = parentPort as NonNullable<typeof parentPort>

port.on('message', ({ id, name, work }: JobMessage) => port.postMessage(answer(id, name, work)))

function answer(id: number, name: JobMessage['name'], work: unknown): JobAnswer {
  try {
    // The work was built for the job of this name.
    return { id, result: (jobs[name] as (work: unknown) => unknown)(work) }
  } catch (error) {
    return { id, thrown: error instanceof Error ? (error.stack ?? error.message) : String(error) }
  }
}
