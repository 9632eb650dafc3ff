/** Packages that only want scratch space do without: there is no writable place. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createSandbox, type RunningSandbox, runNode } from '../src/index.ts'

let sandbox: RunningSandbox
beforeAll(async () => {
  sandbox = await createSandbox({ runtimes: ['python'], spares: 1 })
})
afterAll(async () => await sandbox.close())

async function outputsOf(code: string, outputs: Record<string, 'string' | 'number' | 'array[string]'>) {
  const declared = Object.fromEntries(Object.entries(outputs).map(([name, type]) => [name, { type }]))
  const node = { type: 'code' as const, title: 'T', code_language: 'python3' as const, code, outputs: declared }
  const record = await runNode(node, {}, { sandbox })
  expect({ error: record.error, warnings: record.warnings, logs: record.logs }).toEqual({
    error: null,
    warnings: [],
    logs: [],
  })
  return record.outputs ?? {}
}

test('SQLite sorts a table of some MB', async () => {
  const code = `import sqlite3

def main() -> dict:
    c = sqlite3.connect(":memory:")
    c.execute("create table t(a, b)")
    c.executemany("insert into t values(?, ?)", ((i * 7919 % 100003, "x" * 50) for i in range(60000)))
    return {"rows": len(c.execute("select * from t order by b, a").fetchall())}`
  expect(await outputsOf(code, { rows: 'number' })).toEqual({ rows: 60_000 })
})

test('xlsxwriter writes a workbook as its documentation shows', async () => {
  const code = `import base64
import io
import xlsxwriter

def main() -> dict:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    book.add_worksheet().write(0, 0, 1)
    book.close()
    return {"file": base64.b64encode(out.getvalue()).decode()}`
  const { file } = await outputsOf(code, { file: 'string' })
  expect(file).toMatch(/^UEsDB/)
})

describe('charts', () => {
  const pngUrl = /^data:image\/png;base64,iVBORw0KGgo/

  test('are drawn into a buffer', async () => {
    const code = `import base64
import io

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt


def main():
    plt.plot([1, 2, 3], [1, 4, 9])
    buffer = io.BytesIO()
    plt.savefig(buffer, format="png")
    return {"png": base64.b64encode(buffer.getvalue()).decode()[:40]}`
    expect((await outputsOf(code, { png: 'string' })).png).toMatch(/^iVBORw0KGgo/)
  })

  test('are PNGs as data URLs where they are returned', async () => {
    const code = `import matplotlib.pyplot as plt
import pandas as pd
from PIL import Image

def main():
    figure, axes = plt.subplots()
    axes.bar(["a", "b"], [1, 2])
    return {"figure": figure, "current": plt.gcf(), "plot": pd.Series([1, 3, 2]).plot(), "picture": Image.new("CMYK", (2, 2)),
            "both": [figure, Image.new("1", (1, 1))]}`
    const urls = await outputsOf(code, {
      figure: 'string',
      current: 'string',
      plot: 'string',
      picture: 'string',
      both: 'array[string]',
    })
    for (const url of [urls.figure, urls.current, urls.plot, urls.picture, ...(urls.both as string[])])
      expect(url).toMatch(pngUrl)
  })

  test('are SVG where the code wants text', async () => {
    const code = `import io
import matplotlib.pyplot as plt

def main():
    plt.pie([1, 2], labels=["a", "b"])
    svg = io.StringIO()
    plt.savefig(svg, format="svg")
    return {"svg": svg.getvalue()}`
    expect((await outputsOf(code, { svg: 'string' })).svg).toMatch(/^<\?xml[\s\S]*<\/svg>\s*$/)
  })
})
