import { parseLossless } from '../../src/json/json.ts'
import { both, javascript, type Program, python, typescript } from '../support/node-program.ts'

const text = { outputs: { r: 'string' } } as const
const number = { outputs: { r: 'number' } } as const
const list = { outputs: { r: 'array[object]' } } as const
const big = 9007199254740993n

/** By section and first cell. */
export const rows: Readonly<Record<string, readonly Program[]>> = {
  'Inputs: all inputs': [
    python('def main(**all): return {"r": all}', { inputs: { a: 1, b: 2 }, returns: { r: { a: 1, b: 2 } } }),
    javascript('function main({ a, b }) { return { r: { a, b } } }', {
      inputs: { a: 1, b: 2 },
      returns: { r: { a: 1, b: 2 } },
    }),
    javascript('function main(inputs) { return { r: inputs } }', { inputs: { a: 1 }, returns: { r: { a: 1 } } }),
  ],
  'Inputs: one input by its name': both(
    'def main(a, b): return {"r": a + b}',
    'const main = (a, b) => ({ r: a + b })',
    { inputs: { a: 1, b: 2 }, ...number, returns: { r: 3 } },
  ),
  'Inputs: a parameter that is no input': [
    python('def main(a, c): return {"r": {}}', {
      inputs: { a: 1, b: 2 },
      fails: { code: 'signature_mismatch', tells: ['c', 'b'] },
    }),
    javascript('function main(a, c) { return { r: { c: typeof c } } }', {
      inputs: { a: 1, b: 2 },
      returns: { r: { c: 'undefined' } },
      warns: ['parameter_unknown'],
    }),
  ],
  'Inputs: an input without a value': both(
    'def main(a): return {"r": {"is": a is None}}',
    'function main({ a }) { return { r: { is: a === null } } }',
    { inputs: { a: null }, returns: { r: { is: true } } },
  ),
  'Inputs: a whole number beyond 2^53': [
    ...both('def main(a): return {"r": a}', 'function main({ a }) { return { r: a } }', {
      inputs: { a: big },
      ...number,
      returns: { r: big },
    }),
    javascript('function main({ a }) { return { r: JSON.stringify({ a }) } }', {
      inputs: { a: big },
      ...text,
      returns: { r: `{"a":${big}}` },
    }),
    javascript('function main({ a }) { return { r: typeof a } }', {
      inputs: { a: big },
      ...text,
      settings: { bigIntegers: 'number' },
      returns: { r: 'number' },
    }),
  ],
  'Inputs: a number written `7.0` or `1e3`': [
    python('def main(a, b): return {"r": f"{a} {b[0]} {type(b[1]).__name__}"}', {
      inputs: parseLossless('{"a": 7.0, "b": [1e3, 2]}') as Record<string, unknown>,
      ...text,
      returns: { r: '7.0 1000.0 int' },
    }),
    javascript('function main({ a }) { return { r: a + 1 } }', {
      inputs: parseLossless('{"a": 7.0}') as Record<string, unknown>,
      ...number,
      returns: { r: 8 },
    }),
  ],
  'Inputs: text in any language': both('def main(a): return {"r": a}', 'function main({ a }) { return { r: a } }', {
    inputs: { a: 'ü 漢字 😀' },
    ...text,
    returns: { r: 'ü 漢字 😀' },
  }),

  '`main`: forms': [
    ...['def main(): return {"r": {}}', 'async def main(): return {"r": {}}', 'main = lambda: {"r": {}}'].map((code) =>
      python(code, { returns: { r: {} } }),
    ),
    ...[
      'function main() { return { r: {} } }',
      'const main = async () => ({ r: {} })',
      'exports.main = () => ({ r: {} })',
      'module.exports = () => ({ r: {} })',
      'export default async () => ({ r: {} })',
      'export const main = () => ({ r: {} })',
    ].map((code) => javascript(code, { returns: { r: {} } })),
    typescript('export default function main(): object { return { r: {} } }', { returns: { r: {} } }),
  ],
  '`main`: code outside of `main`': both(
    'n = 0\nn += 1\ndef main(): return {"r": n}',
    'let n = 0\nn += 1\nfunction main() { return { r: n } }',
    { ...number, returns: { r: 1 } },
  ),
  '`main`: `await` at top level': [
    python('import asyncio\nawait asyncio.sleep(0)\ndef main(): return {}', {
      fails: { code: 'syntax_error', tells: ['async def main'] },
    }),
    javascript('const n = await 3\nfunction main() { return { r: n } }', { ...number, returns: { r: 3 } }),
  ],
  '`main`: `return` at top level': [
    python('return {"r": {}}', { fails: { code: 'syntax_error', tells: ['def main('] } }),
    javascript('return { r: {} }', { fails: { code: 'main_missing', tells: ['function main('] } }),
  ],
  '`main`: a program that is indented as a whole': both(
    '    def main():\n        return {"r": {}}',
    '    function main() {\n      return { r: {} }\n    }',
    { returns: { r: {} } },
  ),
  '`main`: code in a Markdown fence': [
    python('```python\ndef main(): return {}\n```', { fails: { code: 'syntax_error', tells: ['Markdown fence'] } }),
    javascript('```js\nfunction main() { return {} }\n```', {
      fails: { code: 'code_threw', tells: ['Markdown fence'] },
    }),
  ],

  'Results: what `main` returns': [
    python('def main(): return [1]', { fails: { code: 'result_not_object' } }),
    javascript('function main() { return [1] }', { fails: { code: 'result_not_object' } }),
  ],
  'Results: an output that is missing': both(
    'def main(): return {"count": 1}',
    'function main() { return { count: 1 } }',
    { fails: { code: 'output_missing', tells: ['count'] } },
  ),
  'Results: a key that is no output': both(
    'def main(): return {"r": {}, "more": 1}',
    'function main() { return { r: {}, more: 1 } }',
    { returns: { r: {} }, warns: ['output_undeclared'] },
  ),
  'Results: nothing for an output': [
    ...both('def main(): return {"r": None}', 'function main() { return { r: null } }', { returns: { r: null } }),
    javascript('function main() { return { r: undefined } }', { fails: { code: 'output_missing' } }),
  ],
  'Results: NaN and infinity': both(
    'def main(): return {"r": {"a": float("nan"), "b": [float("inf"), 1]}}',
    'function main() { return { r: { a: NaN, b: [Infinity, 1] } } }',
    { returns: { r: { a: null, b: [null, 1] } }, warns: ['number_not_finite'] },
  ),
  'Results: large and exact numbers': [
    python('def main(): return {"r": 2**53 + 1}', { ...number, returns: { r: big } }),
    javascript('function main() { return { r: 2n ** 53n + 1n } }', { ...number, returns: { r: big } }),
    python(
      'from decimal import Decimal\ndef main(): return {"r": str(Decimal("0.1") + Decimal("0.2")), "d": Decimal("0.3")}',
      {
        outputs: { r: 'string', d: 'number' },
        returns: { r: '0.3', d: 0.3 },
      },
    ),
  ],
  'Results: dates': [
    python(
      'from datetime import datetime, timezone\ndef main(): return {"r": datetime(2024, 1, 2, tzinfo=timezone.utc)}',
      {
        ...text,
        returns: { r: '2024-01-02T00:00:00+00:00' },
      },
    ),
    javascript('function main() { return { r: new Date(Date.UTC(2024, 0, 2)) } }', {
      ...text,
      returns: { r: '2024-01-02T00:00:00.000Z' },
    }),
  ],
  'Results: sets and maps': [
    python('def main(): return {"r": {"set": {3, 1, 2}}}', { returns: { r: { set: [1, 2, 3] } } }),
    javascript('function main() { return { r: { set: new Set([1, 2]), map: new Map([["a", 1]]) } } }', {
      returns: { r: { set: [1, 2], map: { a: 1 } } },
    }),
  ],
  'Results: tables': [
    python('import pandas as pd\ndef main(): return {"r": pd.DataFrame({"a": [1.5, None], "b": ["x", None]})}', {
      ...list,
      returns: {
        r: [
          { a: 1.5, b: 'x' },
          { a: null, b: null },
        ],
      },
    }),
  ],
  'Results: instances of classes': [
    python('from dataclasses import dataclass\n@dataclass\nclass P:\n    x: int\ndef main(): return {"r": P(1)}', {
      returns: { r: { x: 1 } },
    }),
    python('from pydantic import BaseModel\nclass P(BaseModel):\n    x: int\ndef main(): return {"r": P(x=1)}', {
      returns: { r: { x: 1 } },
    }),
    python('import attrs\n@attrs.define\nclass P:\n    x: int\ndef main(): return {"r": P(1)}', {
      returns: { r: { x: 1 } },
    }),
    javascript('class P { x = 1; f = () => 2; go() {} }\nfunction main() { return { r: new P() } }', {
      returns: { r: { x: 1 } },
      warns: ['function_dropped'],
    }),
  ],
  'Results: bytes': both(
    'def main(): return {"r": {"a": b"x"}}',
    "function main() { return { r: { a: Buffer.from('x') } } }",
    {
      fails: { code: 'result_not_serializable', tells: ['r.a'] },
    },
  ),
  'Results: JSON text for an object': [
    python('import json\ndef main(): return {"r": json.dumps({"a": 1})}', {
      fails: { code: 'output_wrong_type', tells: ['json.loads'] },
    }),
    javascript('function main() { return { r: JSON.stringify({ a: 1 }) } }', {
      fails: { code: 'output_wrong_type', tells: ['JSON.parse'] },
    }),
  ],
  'Results: a value that contains itself': both(
    'def main():\n    a = {}\n    a["a"] = a\n    return {"r": a}',
    'function main() { const a = {}; a.a = a; return { r: a } }',
    { fails: { code: 'result_not_serializable', tells: ['r.a'] } },
  ),

  'Imports: the standard library': [
    python('import re, json, math\ndef main(): return {"r": math.gcd(4, 6)}', { ...number, returns: { r: 2 } }),
    javascript(
      "import { join } from 'node:path'\nconst { gzipSync } = require('zlib')\nexport const main = () => ({ r: join('a', typeof gzipSync) })",
      {
        ...text,
        returns: { r: 'a/function' },
      },
    ),
  ],
  'Imports: a package': [
    python('import numpy as np\ndef main(): return {"r": np.arange(3).sum()}', { ...number, returns: { r: 3 } }),
    ...[
      "const { uniq } = require('lodash')\nfunction main() { return { r: uniq([1, 1]).length } }",
      "import _ from 'lodash'\nexport const main = () => ({ r: _.uniq([1, 1]).length })",
      "import { uniq } from 'lodash'\nexport const main = () => ({ r: uniq([1, 1]).length })",
      "import * as _ from 'lodash'\nexport const main = () => ({ r: _.uniq([1, 1]).length })",
      "import uniq from 'lodash/uniq'\nexport const main = () => ({ r: uniq([1, 1]).length })",
      "async function main() { const { uniq } = await import('lodash'); return { r: uniq([1, 1]).length } }",
    ].map((code) => javascript(code, { ...number, returns: { r: 1 } })),
  ],
  'Imports: names that are only types': [
    typescript(
      "import moment, { Moment } from 'moment'\nimport { Request } from 'express'\nexport function main() { const at: Moment = moment(0); return { r: at.utc().year() } }",
      {
        ...number,
        returns: { r: 1970 },
      },
    ),
  ],
  'Imports: decorators, `accessor`, enums, namespaces': [
    python('import functools\n@functools.cache\ndef f(): return 1\ndef main(): return {"r": f()}', {
      ...number,
      returns: { r: 1 },
    }),
    typescript(
      'const twice = (f: any, _: unknown) => function (this: any) { return 2 * f.call(this) }\nenum Size { S = 2 }\nnamespace N { export const one = 1 }\nclass A { accessor n: number = Size.S; @twice go() { return this.n + N.one } }\nfunction main() { return { r: new A().go() } }',
      { ...number, returns: { r: 6 } },
    ),
    typescript('const a = <b>x</b>\nfunction main() { return {} }', {
      fails: { code: 'syntax_error', tells: ['JSX is not supported'] },
    }),
  ],
  'Imports: a package that is not installed': both(
    'import nowhere_to_find\ndef main(): return {}',
    "require('nowhere-to-find')\nfunction main() {}",
    {
      fails: { code: 'module_not_found', tells: ['codenode.yaml'] },
    },
  ),
  'Imports: a file beside the program': [
    javascript("require('./other')\nfunction main() {}", {
      fails: { code: 'module_not_found', tells: ['A program is one file'] },
    }),
  ],

  'Files, processes, network: reading or writing a file': both(
    'def main(): open("/etc/passwd")',
    "function main() { require('fs').readFileSync('/etc/passwd') }",
    { fails: { code: 'operation_blocked', tells: ['/etc/passwd'] } },
  ),
  'Files, processes, network: temporary files': both(
    'import tempfile\ndef main():\n    with tempfile.NamedTemporaryFile("w+") as f:\n        f.write("x"); f.seek(0)\n        return {"r": f.read()}',
    "const fs = require('fs')\nfunction main() { fs.writeFileSync('/tmp/a', 'x'); return { r: fs.readFileSync('/tmp/a', 'utf8') } }",
    { ...text, settings: { limits: { tmpMb: 16 } }, returns: { r: 'x' } },
  ),
  'Files, processes, network: databases in memory': both(
    'import sqlite3\ndef main():\n    db = sqlite3.connect(":memory:")\n    db.execute("create table t (a)")\n    db.executemany("insert into t values (?)", ((str(n % 1000) * 20,) for n in range(60000)))\n    return {"r": len(db.execute("select a from t group by a order by a").fetchall())}',
    "const { DatabaseSync } = require('node:sqlite')\nfunction main() {\n  const db = new DatabaseSync(':memory:')\n  db.exec('create table t (a)')\n  db.exec(`insert into t with recursive c(n) as (select 0 union all select n + 1 from c where n < 59999) select hex(n % 1000) || hex(zeroblob(20)) from c`)\n  return { r: db.prepare('select a from t group by a order by a').all().length }\n}",
    { ...number, returns: { r: 1000 } },
  ),
  'Files, processes, network: workbooks': ['openpyxl', 'xlsxwriter'].map((engine) =>
    python(
      `import io\nimport pandas as pd\ndef main():\n    b = io.BytesIO()\n    with pd.ExcelWriter(b, engine="${engine}") as w:\n        pd.DataFrame({"a": [1]}).to_excel(w)\n    return {"r": b.getvalue()[:2].decode()}`,
      { ...text, returns: { r: 'PK' } },
    ),
  ),
  'Files, processes, network: the network': [
    python('import requests\ndef main(): requests.get("https://example.com")', {
      fails: { code: 'operation_blocked', tells: ['example.com'] },
    }),
    python(
      'import requests\ndef main():\n    try: requests.get("https://example.com")\n    except Exception: pass\n    return {"r": {}}',
      {
        returns: { r: {} },
        warns: ['operation_blocked'],
      },
    ),
    javascript("async function main() { try { await fetch('https://example.com') } catch {} return { r: {} } }", {
      returns: { r: {} },
      warns: ['operation_blocked'],
    }),
  ],
  'Files, processes, network: other programs': [
    ...['import os\ndef main(): os.system("ls")', 'import subprocess\ndef main(): subprocess.run(["ls"])'].map((code) =>
      python(code, { fails: { code: 'operation_blocked', tells: ['ls'] } }),
    ),
    javascript("function main() { require('child_process').execSync('ls') }", {
      fails: { code: 'operation_blocked', tells: ['ls'] },
    }),
  ],
  'Files, processes, network: reading from the standard input': [
    python('def main(): return {"r": input()}', { fails: { code: 'code_threw', tells: ['parameters of main'] } }),
    javascript("function main() { return { r: require('fs').readFileSync(0, 'utf8') } }", {
      ...text,
      returns: { r: '' },
    }),
  ],
  'Files, processes, network: what is printed': both(
    'def main():\n    print("hello")\n    return {"r": {}}',
    "function main() { console.log('hello'); return { r: {} } }",
    { returns: { r: {} }, logs: 'hello\n' },
  ),

  'Time and chance: local time': [
    python('import time\ndef main(): return {"r": time.tzname[0]}', { ...text, returns: { r: 'UTC' } }),
    javascript('function main() { return { r: new Date(0).getTimezoneOffset() } }', { ...number, returns: { r: 0 } }),
  ],
  'Time and chance: another time zone': [
    python(
      'import os, time\ndef main():\n    os.environ["TZ"] = "Asia/Shanghai"; time.tzset()\n    return {"r": time.localtime(0).tm_hour}',
      {
        ...number,
        returns: { r: 8 },
      },
    ),
    python(
      'from datetime import datetime\nfrom zoneinfo import ZoneInfo\ndef main(): return {"r": datetime.fromtimestamp(0, ZoneInfo("Asia/Shanghai")).hour}',
      {
        ...number,
        returns: { r: 8 },
      },
    ),
    javascript("function main() { process.env.TZ = 'Asia/Shanghai'; return { r: new Date(0).getHours() } }", {
      ...number,
      returns: { r: 8 },
    }),
  ],
  'Time and chance: random numbers': both(
    'import random\ndef main(): return {"r": {"ok": 0 <= random.random() < 1}}',
    'function main() { const n = Math.random(); return { r: { ok: n >= 0 && n < 1 } } }',
    { returns: { r: { ok: true } } },
  ),
  'Time and chance: variables kept for the next run': [
    ...[
      'import builtins\ndef main():\n    seen = hasattr(builtins, "kept"); builtins.kept = 1\n    return {"r": {"seen": seen}}',
    ].flatMap((code) => [
      python(code, { returns: { r: { seen: false } } }),
      python(code, { returns: { r: { seen: false } } }),
    ]),
    ...["function main() { const seen = 'kept' in globalThis; globalThis.kept = 1; return { r: { seen } } }"].flatMap(
      (code) => [
        javascript(code, { returns: { r: { seen: false } } }),
        javascript(code, { returns: { r: { seen: false } } }),
      ],
    ),
  ],
}
