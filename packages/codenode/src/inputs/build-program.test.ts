import { describe, expect, test } from 'vitest'
import { defaultLimits, type ServerLimits } from '../contract/limits.ts'
import type { CodeNode } from '../contract/node.ts'
import { parseNode } from '../reading/read-node.ts'
import { bindInputs } from './bind.ts'
import { type BuiltProgram, bindProgram, prepareProgram } from './build-program.ts'

const variables = [{ variable: 'b' }, { variable: 'a' }]

function issuesOf(inputs: unknown): unknown {
  try {
    bindInputs(variables, inputs, defaultLimits)
    return []
  } catch (error) {
    return (error as { details: { issues: { path: string }[] } }).details.issues.map(({ path }) => path)
  }
}

describe('bindInputs', () => {
  test('a missing variable is null, the order is the declared one', () => {
    expect(bindInputs(variables, { a: 1 }, defaultLimits)).toEqual({
      status: 'bound',
      inputsJson: '{"b":null,"a":1}',
      inputNames: ['b', 'a'],
      warnings: [],
    })
    expect(bindInputs(variables, undefined, defaultLimits)).toMatchObject({ inputsJson: '{"b":null,"a":null}' })
    expect(bindInputs(variables, { a: undefined }, defaultLimits)).toMatchObject({ inputsJson: '{"b":null,"a":null}' })
  })

  test('integers keep all their digits, lone surrogates arrive', () => {
    expect(bindInputs(variables, { a: 9007199254740993n, b: 'é\ud800' }, defaultLimits)).toMatchObject({
      inputsJson: '{"b":"é\\ud800","a":9007199254740993}',
    })
  })

  test('inputs that are not declared are dropped with a warning', () => {
    expect(bindInputs([], { z: 1, __proto: 2 }, defaultLimits)).toMatchObject({
      inputsJson: '{}',
      warnings: [{ code: 'input_undeclared', path: 'inputs.z' }, { path: 'inputs.__proto' }],
    })
  })

  test('an input named like a member of every object is still missing', () => {
    expect(bindInputs([{ variable: 'constructor' }], {}, defaultLimits)).toMatchObject({
      inputsJson: '{"constructor":null}',
    })
  })

  test('values that JSON cannot express are refused by path, all of them', () => {
    const cycle: Record<string, unknown> = {}
    cycle.self = cycle
    expect(
      issuesOf({
        a: { list: [1, Number.NaN, () => 1], when: new Date(0) },
        b: [cycle, new Map(), undefined, Symbol('s')],
      }),
    ).toEqual([
      'inputs.b[0].self',
      'inputs.b[1]',
      'inputs.b[2]',
      'inputs.b[3]',
      'inputs.a.list[1]',
      'inputs.a.list[2]',
      'inputs.a.when',
    ])
    expect(issuesOf([])).toEqual(['inputs'])
    expect(issuesOf('x')).toEqual(['inputs'])
  })

  test('what occurs twice is no cycle, a member that is undefined vanishes', () => {
    const shared = { x: 1, gone: undefined }
    expect(bindInputs(variables, { a: shared, b: [shared, shared] }, defaultLimits)).toMatchObject({
      inputsJson: '{"b":[{"x":1},{"x":1}],"a":{"x":1}}',
    })
  })

  test('500 levels pass, one more is refused', () => {
    const nest = (levels: number): unknown => JSON.parse('['.repeat(levels) + ']'.repeat(levels))
    expect(issuesOf({ a: nest(500) })).toEqual([])
    expect(issuesOf({ a: nest(501) })).toHaveLength(1)
    expect(issuesOf({ a: nest(100_000) })).toHaveLength(1)
  })

  test('inputs of exactly the allowed bytes pass, one byte more is refused as inputs_too_large', () => {
    const fit = { a: 'é'.repeat(10) }
    const bytes = Buffer.byteLength('{"b":null,"a":""}') + 20
    expect(bindInputs(variables, fit, { inputBytes: bytes }).status).toBe('bound')
    expect(bindInputs(variables, fit, { inputBytes: bytes - 1 })).toMatchObject({
      status: 'refused',
      failure: { code: 'inputs_too_large' },
    })
  })
})

function buildProgram(node: CodeNode, inputs: unknown, limits: ServerLimits): BuiltProgram {
  return bindProgram(prepareProgram(node, limits), node, inputs, limits)
}

describe('a program', () => {
  const node = parseNode({ type: 'code', code: 'é', outputs: {}, limits: { wallMs: 100, threads: 100 } })

  test('the program has the code, the inputs and the lowered limits; a limit that was not raised is told', () => {
    expect(buildProgram(node, {}, defaultLimits)).toMatchObject({
      status: 'built',
      program: {
        language: 'python',
        mode: 'main',
        code: 'é',
        inputsJson: '{}',
        inputNames: [],
        limits: { wallMs: 100, threads: 64 },
      },
      warnings: [{ code: 'limit_not_raised', path: 'limits.threads' }],
    })
  })

  test('code of exactly the allowed bytes passes, one byte more is refused as code_too_large', () => {
    expect(buildProgram(node, {}, { ...defaultLimits, codeBytes: 2 }).status).toBe('built')
    expect(buildProgram(node, {}, { ...defaultLimits, codeBytes: 1 })).toMatchObject({
      failure: { code: 'code_too_large', details: { bytes: 2, codeBytes: 1 } },
    })
  })
})
