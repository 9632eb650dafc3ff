// Preloaded into the real service: at SIGUSR2 it collects garbage and writes what is left to the file of SOAK_MEMORY_FILE.
// Plain JavaScript, since --import takes it whatever starts the service.
import { renameSync, writeFileSync } from 'node:fs'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { isMainThread } from 'node:worker_threads'
import koffi from 'koffi'

const file = process.env.SOAK_MEMORY_FILE
if (isMainThread && file) {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc')
  const trimMalloc = koffi.load('libc.so.6').func('int malloc_trim(size_t)')
  process.on('SIGUSR2', async () => {
    // What has a finalizer goes only with the collection after that.
    for (let round = 0; round < 6; round++) {
      collect()
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    collect({ type: 'major', execution: 'sync', flavor: 'last-resort' })
    // Free pages within what malloc holds: they stay otherwise, more of them the more the service did at once.
    trimMalloc(0)
    writeFileSync(`${file}.next`, JSON.stringify(process.memoryUsage()))
    renameSync(`${file}.next`, file)
  })
}
