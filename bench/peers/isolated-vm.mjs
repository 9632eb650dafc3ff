// isolated-vm with an isolate for each run. It has no require; lodash and moment come with a snapshot of the heap, the
// fastest way that it offers. Usage: isolated-vm.mjs PACKAGES. Needs --no-node-snapshot.
import { readFileSync } from 'node:fs'
import path from 'node:path'
import ivm from 'isolated-vm'
import { serve } from './serve.mjs'

const [packages] = process.argv.slice(2)
const memoryLimit = 512
const timeout = 15_000
const files = { lodash: 'lodash/lodash.min.js', moment: 'moment/min/moment.min.js' }
const snapshotOfPackages = ivm.Isolate.createSnapshot(
  Object.values(files).map((file) => ({ code: readFileSync(path.join(packages, 'node_modules', file), 'utf8') })),
)

serve(({ code, inputs, imports }) => async () => {
  let printed = ''
  const isolate = new ivm.Isolate({ memoryLimit, ...(imports.length > 0 ? { snapshot: snapshotOfPackages } : {}) })
  try {
    const context = await isolate.createContext()
    const print = (text) => {
      printed += `${text}\n`
    }
    const body = `
      const console = { log: (text) => $1.applyIgnored(undefined, [String(text)]) }
      const require = (name) => ({ lodash: globalThis._, moment: globalThis.moment })[name]
      ${code}
      return JSON.stringify(main(JSON.parse($0)))`
    const inputsJson = JSON.stringify(inputs)
    const resultJson = await context.evalClosure(body, [inputsJson, new ivm.Reference(print)], {
      timeout,
      result: { copy: true },
    })
    return { resultJson, printed }
  } finally {
    isolate.dispose()
  }
})
