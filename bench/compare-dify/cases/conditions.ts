import type { Case } from '../case.ts'
import { end, type GraphNode, giving, node, workflow } from './workflow.ts'

/** If-else: every operator with values that it may meet. */
export function conditionCases(): Case[] {
  const comparisons: readonly [type: string, value: string, operator: string, against: unknown][] = [
    ['string', '"abc"', 'contains', 'b'],
    ['string', '"abc"', 'not contains', 'b'],
    ['string', '"abc"', 'start with', 'a'],
    ['string', '"abc"', 'end with', 'a'],
    ['string', '"abc"', 'is', 'abc'],
    ['string', '"abc"', 'is not', 'abc'],
    ['string', '""', 'empty', ''],
    ['string', '"a"', 'not empty', ''],
    ['string', '"a"', 'in', ['a', 'b']],
    ['string', '"a"', 'not in', ['b']],
    ['string', 'None', 'contains', 'b'],
    ['string', 'None', 'is', ''],
    ['string', 'None', 'empty', ''],
    ['string', 'None', 'null', ''],
    ['string', '"a"', 'not null', ''],
    ['number', '7', '=', '7'],
    ['number', '7.0', '=', '7'],
    ['number', '7.5', '>', '7'],
    ['number', '7', '<', '7.5'],
    ['number', '7', '≥', '7'],
    ['number', '7', '≤', '6'],
    ['number', '7', '≠', '8'],
    ['number', '0', 'empty', ''],
    ['number', 'None', '=', '0'],
    ['number', '7', '=', 'x'],
    ['string', '"7"', '=', '7'],
    ['boolean', 'True', 'is', true],
    ['boolean', 'False', 'is not', true],
    ['boolean', 'False', 'empty', ''],
    ['array[string]', '["a", "b"]', 'contains', 'a'],
    ['array[string]', '["ab"]', 'contains', 'a'],
    ['array[string]', '[]', 'empty', ''],
    ['array[string]', '["a", "b"]', 'all of', ['a']],
    ['array[number]', '[1, 2]', 'contains', '1'],
    ['object', '{}', 'empty', ''],
    ['object', '{"a": 1}', 'not empty', ''],
    ['object', '{"a": 1}', 'contains', 'a'],
  ]
  return comparisons.map(([type, value, comparison_operator, against]) => {
    const condition = { id: '1', varType: type, variable_selector: ['c', 'r'], comparison_operator, value: against }
    const yes = { id: 'yes', case_id: 'yes', logical_operator: 'and', conditions: [condition] }
    return deciding(`${value} ${comparison_operator} ${JSON.stringify(against)}`, giving('c', value, type), [yes])
  })
}

/** Several cases and conditions, on a node that gives "b". */
export function caseCases(): Case[] {
  const c = giving('c', '"b"', 'string')
  return [
    deciding('a or b', c, [caseOf('yes', 'or', 'a', 'b')]),
    deciding('a and b', c, [caseOf('yes', 'and', 'a', 'b')]),
    deciding('no conditions', c, [caseOf('yes', 'and')]),
    deciding('the second case', c, [caseOf('first', 'and', 'a'), caseOf('second', 'and', 'b')]),
    deciding('the first of two that hold', c, [caseOf('first', 'and', 'b'), caseOf('second', 'and', 'b')]),
  ]
}

/** A case that compares with each of the texts. */
function caseOf(id: string, logical_operator: 'and' | 'or', ...texts: string[]): IfCase {
  const conditions = texts.map((value) => ({
    id: value,
    varType: 'string',
    variable_selector: ['c', 'r'],
    comparison_operator: 'is',
    value,
  }))
  return { id, case_id: id, logical_operator, conditions }
}

type IfCase = { id: string; case_id: string; logical_operator: string; conditions: object[] }

/** An if-else on what `c` gives; each way ends the workflow with its name. */
function deciding(name: string, c: GraphNode, cases: IfCase[]): Case {
  const ways = [...cases.map(({ case_id: id }) => id), 'false']
  const nodes = ways.flatMap((way) => [
    giving(`when_${way}`, JSON.stringify(way), 'string'),
    end(`end_${way}`, { branch: `when_${way}.r` }),
  ])
  const edges = ways.flatMap((way) => [`if:${way}>when_${way}`, `when_${way}>end_${way}`])
  return workflow('conditions', name, [c, node('if', 'if-else', { cases }), ...nodes], ['start>c', 'c>if', ...edges])
}
