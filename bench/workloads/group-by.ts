import { deepStrictEqual } from 'node:assert'
import type { Workload } from './workload.ts'

const cities = ['Berlin', 'Lagos', 'Lima', 'Osaka', 'Quito']
const rows = Array.from({ length: 1000 }, (_, index) => ({
  city: cities[(index * 7) % cities.length] as string, // the index is below the length
  day: `2026-${String((index % 12) + 1).padStart(2, '0')}-15`,
  amount: (index * 37) % 101,
}))

const expected = cities.map((city) => ({
  city,
  total: rows.filter((row) => row.city === city).reduce((sum, row) => sum + row.amount, 0),
}))

export const groupBy: Workload = {
  name: 'group-by',
  summary: 'totals of 1,000 rows by group, with pandas or lodash and moment',
  code: {
    python: [
      'import pandas as pd',
      'def main(rows: list) -> dict:',
      '    frame = pd.DataFrame(rows)',
      '    frame["month"] = pd.to_datetime(frame["day"]).dt.month',
      '    totals = frame.groupby("city")["amount"].sum().sort_index()',
      '    return {',
      '        "groups": [{"city": city, "total": int(total)} for city, total in totals.items()],',
      '        "months": int(frame["month"].nunique()),',
      '    }',
      '',
    ].join('\n'),
    javascript: [
      "const _ = require('lodash')",
      "const moment = require('moment')",
      'function main({ rows }) {',
      "  const groups = _.map(_.groupBy(rows, 'city'), (group, city) => ({ city, total: _.sumBy(group, 'amount') }))",
      '  const months = _.uniq(_.map(rows, (row) => moment(row.day).month())).length',
      "  return { groups: _.sortBy(groups, 'city'), months }",
      '}',
      '',
    ].join('\n'),
  },
  inputs: { rows },
  outputs: { groups: { type: 'array[object]' }, months: { type: 'number' } },
  imports: { python: ['numpy', 'pandas'], javascript: ['lodash', 'moment'] },
  check: (outputs) => deepStrictEqual(outputs, { groups: expected, months: 12 }),
  saturates: true,
}
