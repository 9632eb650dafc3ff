// node:vm with a context for each run. Usage: node-vm.mjs PACKAGES.
import { createRequire } from 'node:module'
import path from 'node:path'
import { format } from 'node:util'
import vm from 'node:vm'
import { serve } from './serve.mjs'

const [packages] = process.argv.slice(2)
const require = createRequire(path.join(packages, 'main.js'))
const timeout = 15_000
for (const name of ['lodash', 'moment']) require(name)

serve(({ code, inputs }) => () => {
  let printed = ''
  const console = {
    log: (...values) => {
      printed += `${format(...values)}\n`
    },
  }
  const context = vm.createContext({ console, require, performance, inputsJson: JSON.stringify(inputs) })
  const resultJson = vm.runInContext(`${code}\n;JSON.stringify(main(JSON.parse(inputsJson)))`, context, {
    timeout,
    filename: 'main.js',
  })
  return { resultJson, printed }
})
