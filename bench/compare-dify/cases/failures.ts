import type { Case } from '../case.ts'
import { program } from './program.ts'

/** Programs that fail, return something else than an object, or have an unusual shape. */
export function failureCases(): Case[] {
  const python = (name: string, code: string, outputs: Record<string, string> = {}) =>
    program('failures', name, 'python', code, { outputs })
  const javascript = (name: string, code: string, outputs: Record<string, string> = {}) =>
    program('failures', name, 'javascript', code, { outputs })
  const r = { r: 'number' }
  return [
    python('an exception', 'def main():\n    raise ValueError("boom")\n'),
    python('a division by zero', 'def main():\n    return {"r": 1 / 0}\n', r),
    python('a syntax error', 'def main(:\n'),
    python('no main', 'def start():\n    return {}\n'),
    python('a main that is no function', 'main = 5\n'),
    python('an import that is not there', 'import not_there\ndef main():\n    return {}\n'),
    python('an error on the way', 'raise RuntimeError("early")\ndef main():\n    return {}\n'),
    ...['None', '[1]', '"text"', '5', 'True'].map((it) =>
      python(`main returns ${it}`, `def main():\n    return ${it}\n`),
    ),
    python('a missing output', 'def main():\n    return {}\n', r),
    python('an undeclared key', 'def main():\n    return {"r": 1, "s": 2}\n', r),
    python('no outputs', 'def main():\n    return {}\n'),
    python('only undeclared keys', 'def main():\n    return {"s": 2}\n'),
    python('sys.exit(0)', 'import sys\ndef main():\n    sys.exit(0)\n'),
    python('sys.exit(3)', 'import sys\ndef main():\n    sys.exit(3)\n'),
    python('os._exit(0)', 'import os\ndef main():\n    os._exit(0)\n'),
    python('an exception in a thread', threadCode, r),
    python('printing', 'def main():\n    print("<<a>>")\n    return {"r": 1}\n', r),
    python('printing the marks of a result', 'def main():\n    print("<<RESULT>>")\n    return {"r": 1}\n', r),
    python('printing to stderr', 'import sys\ndef main():\n    print("x", file=sys.stderr)\n    return {"r": 1}\n', r),
    python('an async main', 'async def main():\n    return {"r": 1}\n', r),
    python('an indented program', '    def main():\n        return {"r": 1}\n', r),
    python('a program with Windows line ends', 'def main():\r\n    return {"r": 1}\r\n', r),
    python('a lambda', 'main = lambda: {"r": 1}\n', r),
    python(
      'a class with __call__',
      'class Main:\n    def __call__(self):\n        return {"r": 1}\nmain = Main()\n',
      r,
    ),
    python('a main block', 'def main():\n    return {"r": 1}\nif __name__ == "__main__":\n    print("main")\n', r),
    python('json without an import', 'def main():\n    return {"r": json.loads("1")}\n', r),
    python("the wrapper's variable", 'def main():\n    return {"r": len(inputs_obj)}\n', r),
    python('a program that ends in a comment', 'def main():\n    return {"r": 1}\n# end', r),
    python('a value that contains itself', 'def main():\n    a = []\n    a.append(a)\n    return {"r": a}\n', {
      r: 'object',
    }),
    javascript('an exception', 'function main() { throw new Error("boom") }\n'),
    javascript('a thrown text', 'function main() { throw "boom" }\n'),
    javascript('a syntax error', 'function main( {\n'),
    javascript('no main', 'function start() { return {} }\n'),
    ...['null', '[1]', '"text"', '5', 'undefined'].map((it) =>
      javascript(`main returns ${it}`, `function main() { return ${it} }\n`),
    ),
    javascript('a missing output', 'function main() { return {} }\n', r),
    javascript('an undeclared key', 'function main() { return { r: 1, s: 2 } }\n', r),
    javascript('an async main', 'async function main() { return { r: 1 } }\n', r),
    javascript('an arrow function', 'const main = () => ({ r: 1 })\n', r),
    javascript('a variable called result', 'let result = 1\nfunction main() { return { r: result } }\n', r),
    javascript('process.exit(0)', 'function main() { process.exit(0) }\n'),
    javascript('a cycle', 'function main() { const a = {}; a.a = a; return { r: a } }\n', { r: 'object' }),
    javascript('a module that is not there', 'const x = require("not-there")\nfunction main() { return {} }\n'),
    javascript('printing', 'function main() { console.log("x"); return { r: 1 } }\n', r),
    javascript('a sloppy variable', 'function main() { y = 1; return { r: y } }\n', r),
  ]
}

const threadCode = `import threading

def main():
    thread = threading.Thread(target=lambda: 1 / 0)
    thread.start()
    thread.join()
    return {"r": 1}
`
