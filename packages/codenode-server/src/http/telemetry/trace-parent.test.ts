import { expect, test } from 'vitest'
import { readTraceParent } from './trace-parent.ts'

const traceId = '0af7651916cd43dd8448eb211c80319c'
const spanId = 'b7ad6b7169203331'

test('a traceparent names trace, span and whether the trace is sampled', () => {
  const context = readTraceParent({ traceparent: `00-${traceId}-${spanId}-01` })
  expect(context).toEqual({ traceId, spanId, traceFlags: 1, isRemote: true })
  expect(readTraceParent({ traceparent: `00-${traceId}-${spanId}-00` })?.traceFlags).toBe(0)
  expect(readTraceParent({ traceparent: `cc-${traceId}-${spanId}-03-more` })?.traceFlags).toBe(1)
})

test('tracestate goes along', () => {
  const context = readTraceParent({ traceparent: `00-${traceId}-${spanId}-01`, tracestate: 'vendor=a' })
  expect(context?.traceState?.get('vendor')).toBe('a')
})

test.each([
  undefined,
  '',
  'nonsense',
  ['a', 'b'],
  `00-${traceId}-${spanId}`,
  `00-${traceId}-${spanId}-01-more`,
  `ff-${traceId}-${spanId}-01`,
  `00-${traceId.toUpperCase()}-${spanId}-01`,
  `00-${'0'.repeat(32)}-${spanId}-01`,
  `00-${traceId}-${'0'.repeat(16)}-01`,
])('%j is no parent', (traceparent) => {
  expect(readTraceParent({ traceparent })).toBeNull()
})
