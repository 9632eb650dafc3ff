// CPython in WebAssembly. Usage: pyodide.mjs fresh|reused: an interpreter for each run, or one for all.
import { loadPyodide } from 'pyodide'
import { serve } from './serve.mjs'

const [kind] = process.argv.slice(2)
let printed = ''
const load = () => loadPyodide({ stdout: (line) => (printed += `${line}\n`) })
const kept = kind === 'reused' ? await load() : undefined

serve(({ code, inputs }) => async () => {
  printed = ''
  const pyodide = kept ?? (await load())
  const names = pyodide.globals.get('dict')()
  names.set('inputs_json', JSON.stringify(inputs))
  const call = '\nimport json\njson.dumps(main(**json.loads(inputs_json)), ensure_ascii=False)'
  const resultJson = pyodide.runPython(code + call, { globals: names })
  names.destroy()
  return { resultJson, printed }
})
