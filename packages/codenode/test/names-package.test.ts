/** A command that runs one program imports packages ahead only where the program names one. */
import { expect, test } from 'vitest'
import { namesAnyPackage } from '../src/cli/names-package.ts'
import { findPlaces } from '../src/places/find-places.ts'
import { createSandbox } from '../src/pool/create-sandbox.ts'
import { resultOf, runCode } from './support/sandbox.ts'

const { packagesDir } = findPlaces()

test.each([
  ['import pandas as pd', true],
  ['from bs4 import BeautifulSoup', true],
  ["const { parse } = require('csv-parse/sync')", true],
  ["import Big from 'big.js'", true],
  ['def main(n):\n    return {"n": n * 2}', false],
  ['import json, re, datetime', false],
  ['my_pandas = pandas2 = 1', false],
  ['import importlib\nimportlib.import_module("pan" + "das")', true],
  ['__import__(name)', true],
  ['exec(source)', true],
  ['require(name)', true],
  ['await import(`lo` + `dash`)', true],
  ["require('node:fs')", false],
  ["await import('node:fs')", false],
])('%j names a package: %s', (code, expected) => {
  expect(namesAnyPackage([code], packagesDir)).toBe(expected)
})

test('one of many programs is enough', () => {
  expect(namesAnyPackage(['x = 1', 'import numpy'], packagesDir)).toBe(true)
  expect(namesAnyPackage([], packagesDir)).toBe(false)
})

test('what is not imported ahead can be imported all the same', async () => {
  await using sandbox = await createSandbox({ preload: 'standard-library', spares: 0 })
  const python =
    'import importlib, sys\ndef main():\n    before = "pandas" in sys.modules\n    return {"before": before, "json": "json" in sys.modules, "sum": int(importlib.import_module("pandas").Series([1, 2]).sum())}\n'
  expect(resultOf(await runCode(sandbox, 'python', python))).toEqual({ before: false, json: true, sum: 3 })
  const javascript = "function main() { return { sum: require('lodash').sum([1, 2]) } }"
  expect(resultOf(await runCode(sandbox, 'javascript', javascript))).toEqual({ sum: 3 })
})
