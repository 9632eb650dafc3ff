import { deepStrictEqual, ok } from 'node:assert'
import { noImports, type Workload } from './workload.ts'

const megabyte = 2 ** 20
const record = (id: number) => ({
  id,
  name: `customer ${id}`,
  email: `customer.${id}@example.org`,
  balance: id * 1.25,
  active: id % 3 === 0,
  tags: ['a', 'newsletter', `group ${id % 17}`],
})

const rows = buildRows()

export const megabyteInAndOut: Workload = {
  name: '1 MiB in and out',
  summary: `hands back the ${rows.length} records (1 MiB of JSON) that it is given`,
  code: {
    python: 'def main(rows: list) -> dict:\n    return {"rows": rows}\n',
    javascript: 'function main({ rows }) {\n  return { rows }\n}\n',
  },
  inputs: { rows },
  outputs: { rows: { type: 'array[object]' } },
  imports: noImports,
  check: (outputs) => {
    ok(JSON.stringify(outputs).length >= megabyte)
    deepStrictEqual(outputs, { rows })
  },
  saturates: false,
}

function buildRows(): ReturnType<typeof record>[] {
  const rows = []
  for (let bytes = 0, id = 0; bytes < megabyte; id++) {
    const row = record(id)
    rows.push(row)
    bytes += JSON.stringify(row).length + 1
  }
  return rows
}
