import type { ModuleMember } from 'codenode/client'
import type { CodeLanguage } from 'codenode/contract'
import { expect, test } from 'vitest'
import { importedNames } from './imported-names.ts'
import { membersWanted, pickMembers } from './members-wanted.ts'

/** `|` is the cursor. */
const cases: [CodeLanguage, string, string | null][] = [
  ['python3', 'import numpy as np\nnp.arr|', 'all of numpy: arr'],
  ['python3', 'import numpy as np\nx = [np.linalg.|', 'all of numpy linalg: '],
  ['python3', 'import os.path\nos.path.jo|', 'all of os path: jo'],
  ['python3', 'from datetime import datetime\nf(datetime.no|', 'all of datetime datetime: no'],
  ['python3', 'from pandas import DataFr|', 'named of pandas: DataFr'],
  ['python3', 'from pandas import Series, |', 'named of pandas: '],
  ['python3', 'from pandas import (\n    Series,\n    Data|', 'named of pandas: Data'],
  ['python3', 'import xml.et|', 'modules of xml: et'],
  ['python3', 'import os, xml.|', 'modules of xml: '],
  ['python3', '  from xml.etree.|', 'modules of xml.etree: '],
  ['python3', 'import numpy as np\nmynp.x|', null],
  ['python3', 'import numpy as np\nnp().x|', null],
  ['python3', 'import numpy as np\na.np.x|', null],
  ['python3', 'row.x|', null],
  ['python3', 'from pandas imp|', null],
  ['python3', 'import nu|', null],
  ['javascript', "const _ = require('lodash'); _.gro|", 'all of lodash: gro'],
  ['javascript', "import _ from 'lodash'\n_?.|", 'all of lodash default: '],
  ['javascript', "import { DateTime } from 'luxon'\nDateTime.fromIS|", 'all of luxon DateTime: fromIS'],
  ['javascript', "import { Da| } from 'luxon'", 'named of luxon: Da'],
  ['javascript', "import fs, { a, re| } from 'node:fs'", 'named of node:fs: re'],
  ['javascript', "const { Date| } = require('luxon')", 'all of luxon: Date'],
  ['javascript', 'const { Date| } = other', null],
  ['javascript', 'function main({ a| }) {}', null],
  ['typescript', "import { DateTime } from 'luxon'\nconst x = DateTime.|", 'all of luxon DateTime: '],
]

test.each(cases)('%s %j asks for %s', (language, code, expected) => {
  const [before = '', rest = ''] = code.split('|')
  const after = rest.split('\n', 1)[0] ?? ''
  const wanted = membersWanted({ before, after, language, imported: () => importedNames(before + rest, language) })
  const said = wanted && `${wanted.which} of ${[wanted.module, wanted.path].join(' ').trim()}: ${wanted.typed}`
  expect(said).toBe(expected)
})

test('what has to be imported itself is no member, and not all is there for an import', () => {
  const members = (['module', 'submodule', 'function', 'constant'] as const).map(
    (kind): ModuleMember => ({ name: kind, kind, detail: null, doc: null, named: kind !== 'constant' }),
  )
  const names = (which: 'all' | 'named' | 'modules') => pickMembers(members, which).map(({ name }) => name)
  expect(names('all')).toEqual(['module', 'function', 'constant'])
  expect(names('named')).toEqual(['module', 'submodule', 'function'])
  expect(names('modules')).toEqual(['module', 'submodule'])
})
