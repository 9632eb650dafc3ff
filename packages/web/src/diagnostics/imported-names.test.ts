import type { CodeLanguage } from 'codenode/contract'
import { expect, test } from 'vitest'
import { importedNames } from './imported-names.ts'

const cases: [CodeLanguage, string, Record<string, string>][] = [
  [
    'python3',
    'import numpy as np, os.path\nimport xml.etree.ElementTree as ET',
    { np: 'numpy', os: 'os', ET: 'xml.etree.ElementTree' },
  ],
  [
    'python3',
    'from datetime import datetime as dt, date  # x as y',
    { dt: 'datetime datetime', date: 'datetime date' },
  ],
  ['python3', 'from a.b import (\n    c,  # one\n    d as e,\n)\nnp.', { c: 'a.b c', e: 'a.b d' }],
  ['python3', 'def main():\n    import json; x = 1\n    from . import y\n    from .z import w', { json: 'json' }],
  ['python3', 'text = "import numpy as np"\nfrom x import *', {}],
  ['javascript', "const _ = require('lodash'), fs = require('fs').promises", { _: 'lodash', fs: 'fs promises' }],
  ['javascript', "const { DateTime, Info: I = 1 } = require('luxon')", { DateTime: 'luxon DateTime', I: 'luxon Info' }],
  [
    'javascript',
    "import _, { map as m } from 'lodash'\nimport * as R from 'ramda'",
    { _: 'lodash default', m: 'lodash map', R: 'ramda' },
  ],
  [
    'javascript',
    "let d\nd = await import('date-fns'); const { z } = await import('zod')",
    { d: 'date-fns', z: 'zod z' },
  ],
  ['typescript', "import type { A } from 'x'\nimport { type B, C } from 'y'", { A: 'x A', B: 'y B', C: 'y C' }],
]

test.each(cases)('%s %j', (language, code, expected) => {
  const names = [...importedNames(code, language)].map(([name, { module, path }]) => [name, `${module} ${path}`.trim()])
  expect(Object.fromEntries(names)).toEqual(expected)
})
