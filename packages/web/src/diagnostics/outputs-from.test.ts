import type { CodeLanguage } from 'codenode/contract'
import { describe, expect, test } from 'vitest'
import { outputsFromCode, outputsFromResult, untoldOutputs } from './outputs-from.ts'

function typesOf(specs: Record<string, { type: string }> | null) {
  return specs && Object.fromEntries(Object.entries(specs).map(([name, { type }]) => [name, type]))
}

describe('outputs are taken from code', () => {
  const cases: [CodeLanguage, string, Record<string, string> | null][] = [
    [
      'python3',
      'def main(t: str, n: int): return {"a": t, "b": n, "c": -1, "d": f"{n}", "e": n > 1, "f": not n}',
      { a: 'string', b: 'number', c: 'number', d: 'string', e: 'boolean', f: 'boolean' },
    ],
    [
      'python3',
      'def main(t): return {"a": [1, 2], "b": ["x"], "c": [{"k": 1}], "d": {}, "e": [[1]], "f": len(t), "g": ",".join(t)}',
      {
        a: 'array[number]',
        b: 'array[string]',
        c: 'array[object]',
        d: 'object',
        e: 'string',
        f: 'number',
        g: 'string',
      },
    ],
    [
      'python3',
      'def main(t):\n  total = 0\n  total += 1\n  text = "a" + t\n  out = {"text": text}\n  out["total"] = total\n  return out',
      { text: 'string', total: 'string' },
    ],
    [
      'python3',
      'def main(t):\n  if t: return {"a": None}\n  return {"a": 1, "b": [x for x in t], "c": [len(x) for x in t]}',
      { a: 'number', b: 'string', c: 'array[number]' },
    ],
    ['python3', 'def main(t): return {"odd key": 1, "ok": 1 if t else 2}', { ok: 'number' }],
    ['python3', 'def main(t): return t', null],
    [
      'python3',
      'def main(t):\n  rows = [{"k": x} for x in t]\n  return {"a": df.to_dict("records"), "b": df.head().to_dict(orient="records"), "c": sorted(rows), "d": rows[:3], "e": df.to_dict()}',
      { a: 'array[object]', b: 'array[object]', c: 'array[object]', d: 'array[object]', e: 'string' },
    ],
    [
      'javascript',
      'function main({ t }) { const rows = t.map((x) => ({ x })); return { rows, top: rows.filter(Boolean).slice(0, 5), names: t.map((x) => String(x)), other: t.map((x) => { return x }) } }',
      { rows: 'array[object]', top: 'array[object]', names: 'array[string]', other: 'string' },
    ],
    [
      'javascript',
      'function main({ t }) { const n = t.length; return { n, s: `x`, b: !t, l: t.split(","), o: { k: 1 }, m: Math.max(1, 2), q: t ? 1 : 2 } }',
      { n: 'number', s: 'string', b: 'boolean', l: 'array[string]', o: 'object', m: 'number', q: 'number' },
    ],
    [
      'javascript',
      'const main = ({ t }) => ({ t, "x": 1 + t.length, y: "a" + t, z: t === 1 })',
      { t: 'string', x: 'number', y: 'string', z: 'boolean' },
    ],
    [
      'javascript',
      'function main({ t }) { const r = { a: 1 }; r.b = [true]; r["c"] = typeof t; return r }',
      { a: 'number', b: 'array[boolean]', c: 'string' },
    ],
    [
      'typescript',
      'function main(n: number, l: string[]) { return { n, l, m: x as number[] } satisfies R }',
      { n: 'number', l: 'array[string]', m: 'array[number]' },
    ],
  ]
  test.each(cases)('%s %j', (language, code, expected) =>
    expect(typesOf(outputsFromCode(code, language))).toEqual(expected),
  )

  test('where the type cannot be told, the declared one stays with its members', () => {
    const declared = { rows: { type: 'array[object]' as const, children: { k: { type: 'number' as const } } } }
    expect(outputsFromCode('def main(t): return {"rows": t.rows()}', 'python3', declared)).toEqual(declared)
    const code = 'def main(t): return {"rows": t.rows(), "n": 1, "x": f(t)}'
    expect(untoldOutputs(code, 'python3', declared)).toEqual(['x'])
    expect(untoldOutputs(code, 'python3', {})).toEqual(['rows', 'x'])
  })
})

test('outputs are taken from a result, with the members of its objects', () => {
  const result = {
    text: 'a',
    big: 9007199254740993n,
    rows: [
      { id: 1, tags: ['a'], note: null },
      { id: 2, tags: [], extra: true },
    ],
    one: { deep: { yes: true }, nothing: null },
    empty: [],
    none: null,
    mixed: [1, 'a'],
    'odd key': 1,
  }
  expect(outputsFromResult(result, { none: { type: 'number' } })).toEqual({
    text: { type: 'string', children: null },
    big: { type: 'number', children: null },
    rows: {
      type: 'array[object]',
      children: { id: { type: 'number', children: null }, tags: { type: 'array[string]', children: null } },
    },
    one: {
      type: 'object',
      children: { deep: { type: 'object', children: { yes: { type: 'boolean', children: null } } } },
    },
    empty: { type: 'array[string]', children: null },
    none: { type: 'number' },
    mixed: { type: 'array[string]', children: null },
  })
  expect(outputsFromResult('text')).toEqual({})
})
