// The programs that the documentation of Code nodes shows: they must work as they are written there.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type CodeNodeInput, createSandbox, type RunningSandbox, runNode } from '../src/index.ts'

let sandbox: RunningSandbox
beforeAll(async () => {
  sandbox = await createSandbox()
})
afterAll(async () => {
  await sandbox.close()
})

type Example = {
  language: 'python3' | 'javascript'
  code: string
  inputs: Record<string, unknown>
  type: string
  result: unknown
}

const examples: Record<string, Example> = {
  'a string goes in, a string comes out: main(input_variable: str)': {
    language: 'python3',
    code: 'def main(input_variable: str) -> dict:\n    return {"result": input_variable.upper()}',
    inputs: { input_variable: 'text' },
    type: 'string',
    result: 'TEXT',
  },
  'an average with json and math': {
    language: 'python3',
    code: `import json
import math

def main(data: str) -> dict:
    rows = json.loads(data)
    average = sum(row["value"] for row in rows) / len(rows)
    return {"result": math.floor(average * 100) / 100}`,
    inputs: { data: '[{"value": 1}, {"value": 2}, {"value": 2}]' },
    type: 'number',
    result: 1.66,
  },
  'numpy and pandas': {
    language: 'python3',
    code: `import numpy as np
import pandas as pd

def main(numbers: list) -> dict:
    frame = pd.DataFrame({"n": numbers})
    return {"result": {"mean": np.mean(numbers), "max": frame["n"].max(), "rows": len(frame)}}`,
    inputs: { numbers: [1, 2, 6] },
    type: 'object',
    result: { mean: 3, max: 6, rows: 3 },
  },
  'requests can be imported': {
    language: 'python3',
    code: 'import requests\n\ndef main() -> dict:\n    return {"result": requests.Request("GET", "https://example.com", params={"a": 1}).prepare().url}',
    inputs: {},
    type: 'string',
    result: 'https://example.com/?a=1',
  },
  "lodash by require, with main(data) that gets the variable's value": {
    language: 'javascript',
    code: `const _ = require('lodash')

function main(data) {
  return { result: _.sumBy(data, 'price') }
}`,
    inputs: { data: [{ price: 2 }, { price: 3.5 }] },
    type: 'number',
    result: 5.5,
  },
  'moment by require, with one object that holds all inputs': {
    language: 'javascript',
    code: `const moment = require('moment')

function main({ day, days }) {
  return { result: moment.utc(day).add(days, 'days').format('YYYY-MM-DD') }
}`,
    inputs: { day: '2026-02-27', days: 2 },
    type: 'string',
    result: '2026-03-01',
  },
}

describe('the examples of the Code-node page', () => {
  test.each(Object.entries(examples))('%s', async (_name, { language, code, inputs, type, result }) => {
    const node = {
      type: 'code',
      code_language: language,
      code,
      variables: Object.keys(inputs).map((variable) => ({ variable, value_selector: ['start', variable] })),
      outputs: { result: { type } },
      // The schema's type knows the eight output types; `type` above is one of them.
    } as CodeNodeInput
    const record = await runNode(node, inputs, { sandbox })
    expect({ status: record.status, outputs: record.outputs, error: record.error }).toEqual({
      status: 'succeeded',
      outputs: { result },
      error: null,
    })
  })
})
