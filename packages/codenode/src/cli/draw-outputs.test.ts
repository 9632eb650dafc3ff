import { expect, test } from 'vitest'
import { parseLossless } from '../json/json.ts'
import { drawOutputs } from './draw-outputs.ts'

const paint = new Proxy({}, { get: () => (text: string) => text }) as Parameters<typeof drawOutputs>[1]['paint']
const draw = (json: string): string =>
  drawOutputs(parseLossless(json) as Record<string, unknown>, { paint, width: 100 }).join('\n')

test.each([
  ['{"a": 99999999999999999.99}', '99999999999999999.99'],
  ['{"rows": [{"price": 1234567890123456.123456, "n": 1}]}', '1234567890123456.123456'],
  ['{"list": [0.12345678901234567890, 7.0]}', '[0.12345678901234567890,7.0]'],
  ['{"o": {"id": 12345678901234567890, "price": 5.0}}', '{"id":12345678901234567890,"price":5.0}'],
  [
    JSON.stringify({ o: { text: 'x'.repeat(120), price: 0 } }).replace('"price":0', '"price":99999999999999999.99'),
    '"price": 99999999999999999.99',
  ],
])('%s is shown with all its digits', (json, shown) => {
  expect(draw(json)).toContain(shown)
})

test('one row is a row', () => {
  expect(draw('{"rows": [{"a": 1}]}')).toContain('1 row\n')
  expect(draw('{"rows": [{"a": 1}, {"a": 2}]}')).toContain('2 rows')
})
