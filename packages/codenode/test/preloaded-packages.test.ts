/** What is listed as preloaded takes no time: neither its import nor what it loads at its first use. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createSandbox, type RunningSandbox } from '../src/index.ts'
import { findPlaces } from '../src/places/find-places.ts'
import { describePackages } from '../src/sandbox/list-packages.ts'
import { resultOf, runCode } from './support/sandbox.ts'

/** The plain first use of each package. */
const uses = {
  python: {
    beautifulsoup4: 'from bs4 import BeautifulSoup\nBeautifulSoup("<p class=a>x</p>", "lxml").select("p.a")',
    'charset-normalizer':
      'import charset_normalizer\ncharset_normalizer.from_bytes("naïve café ".encode("latin-1") * 9).best()',
    httpx: 'import httpx\nhttpx.Client()',
    jinja2: 'from jinja2 import Template\nTemplate("{% for x in rows %}{{ x }}{% endfor %}").render(rows=[1])',
    jmespath: 'import jmespath\njmespath.search("a[0].b", {"a": [{"b": 1}]})',
    jsonschema: 'import jsonschema\njsonschema.validate({"a": 1}, {"properties": {"a": {"type": "integer"}}})',
    lxml: 'from lxml import etree, html\nhtml.fromstring("<p>x</p>").xpath("//p")',
    markdown: 'import markdown\nmarkdown.markdown("# a\\n\\n|b|\\n|-|\\n|1|", extensions=["tables"])',
    numpy: 'import numpy as np\nnp.linalg.inv(np.eye(3)); np.random.default_rng(1).normal()',
    openpyxl: 'import io, openpyxl\nopenpyxl.Workbook().save(io.BytesIO())',
    orjson: 'import orjson\norjson.loads(orjson.dumps({"a": 1}))',
    pandas:
      'import io, pandas as pd\npd.read_csv(io.StringIO("a,b\\nx,1\\ny,2")).groupby("a").sum().to_dict("records")',
    pydantic:
      'from pydantic import BaseModel, TypeAdapter, validate_call\nclass Row(BaseModel):\n    id: int\nRow(id="1").model_dump_json(); TypeAdapter(list[int]).validate_python(["1"]); validate_call(lambda x: x)(1)',
    'python-dateutil': 'from dateutil import parser\nparser.parse("2 Jan 2024 10:00")',
    pytz: 'import pytz\npytz.timezone("Asia/Shanghai")',
    pyyaml: 'import yaml\nyaml.safe_dump(yaml.safe_load("a: [1, 2]"))',
    regex: 'import regex\nregex.findall(r"\\\\p{L}+", "abc")',
    requests: 'import requests\nrequests.Session(); requests.Request("GET", "http://a.example").prepare()',
    simplejson: 'import simplejson\nsimplejson.loads(simplejson.dumps({"a": 1}))',
    tabulate: 'from tabulate import tabulate\ntabulate([[1, 2]], headers=["a", "b"], tablefmt="github")',
    tenacity: 'from tenacity import retry, stop_after_attempt\nretry(stop=stop_after_attempt(2))(lambda: 1)()',
    xlsxwriter: 'import io, xlsxwriter\nxlsxwriter.Workbook(io.BytesIO()).close()',
    xmltodict: 'import xmltodict\nxmltodict.unparse(xmltodict.parse("<a><b>1</b></a>"))',
  },
  javascript: {
    'big.js': "new (require('big.js'))('1.1').times(3).toString()",
    'csv-parse': "require('csv-parse/sync').parse('a,b\\n1,2', { columns: true })",
    dayjs: "require('dayjs')('2024-01-02').add(1, 'day').format()",
    'decimal.js': "new (require('decimal.js'))('1.1').times(3).toString()",
    'fast-xml-parser': "new (require('fast-xml-parser').XMLParser)().parse('<a><b>1</b></a>')",
    he: "require('he').decode('&uuml;')",
    jmespath: "require('jmespath').search({ a: [1] }, 'a[0]')",
    lodash: "require('lodash').groupBy([{ a: 1 }], 'a')",
    luxon: "require('luxon').DateTime.fromISO('2024-01-02').setZone('Asia/Shanghai').toFormat('d LLL yyyy')",
    moment: "require('moment')('2024-01-02').add(1, 'day').format('LLL')",
    nanoid: "require('nanoid').nanoid()",
    papaparse: "require('papaparse').parse('a,b\\n1,2', { header: true })",
    uuid: "require('uuid').v4()",
  },
} as const

/** The first use, a second one, and a loop that takes some 6 ms on a machine of today; in CPU time of this run. */
const measure = {
  python: `import time
def main(use):
    program = compile(use, "use.py", "exec")
    times = []
    for work in (lambda: exec(program, {}), lambda: exec(program, {}), lambda: sum(n * n for n in range(120_000))):
        began = time.process_time()
        work()
        times.append(1000 * (time.process_time() - began))
    return dict(zip(("first", "second", "loop"), times))`,
  javascript: `function main({ use }) {
  const work = new Function('require', use)
  const measured = (run) => {
    const began = process.cpuUsage()
    run()
    const { user, system } = process.cpuUsage(began)
    return (user + system) / 1000
  }
  let sum = 0
  const loop = () => { for (let n = 0; n < 6_000_000; n++) sum = (sum + n * n) % 1000003 }
  return { first: measured(() => work(require)), second: measured(() => work(require)), loop: measured(loop), sum }
}`,
} as const

type Times = { first: number; second: number; loop: number }

let sandbox: RunningSandbox
beforeAll(async () => {
  sandbox = await createSandbox({ spares: 1 })
})
afterAll(async () => await sandbox.close())

describe.each(['python', 'javascript'] as const)('in %s', (language) => {
  const listed = describePackages(findPlaces().packagesDir)[language]
  const preloaded = listed.filter(({ isPreloaded }) => isPreloaded).map(({ name }) => name)

  test('every package that is listed as preloaded is looked at', () => {
    expect(preloaded.toSorted()).toEqual(Object.keys(uses[language]).toSorted())
  })

  test.each(Object.entries(uses[language]))(
    'the first use of %s takes hardly longer than the second',
    async (_, use) => {
      const tries: Times[] = []
      for (let round = 0; round < 3; round++)
        tries.push(resultOf<Times>(await runCode(sandbox, language, measure[language], { inputs: { use } })))
      // The best of three: what else the machine does only adds. What a package loads lazily takes 5 loops and more; a child
      // copies each page that it touches first, which takes up to one.
      const excess = Math.min(...tries.map(({ first, second, loop }) => (first - second) / loop))
      expect(excess, JSON.stringify(tries)).toBeLessThan(2)
    },
  )
})
