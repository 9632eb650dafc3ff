import { expect, test } from 'vitest'
import { drawOutputs } from './draw-outputs.ts'
import { describePicture } from './picture.ts'

test.each([
  [`data:image/png;base64,${'A'.repeat(16_000)}`, 'PNG image, 12 KB'],
  [`data:image/svg+xml;utf8,${'<svg/>'.repeat(10)}`, 'SVG image, 60 bytes'],
  [`data:image/jpeg;base64,${'A'.repeat(2_000_000)}`, 'JPEG image, 1.5 MB'],
])('a data URL of an image is told by kind and size: %#', (url, text) => {
  expect(describePicture(url)).toBe(text)
})

test.each(['data:text/plain;base64,AAAA', 'a picture: data:image/png;base64,AAAA', 'image/png', ''])(
  'another text is none: %s',
  (text) => {
    expect(describePicture(text)).toBeUndefined()
  },
)

test('charts are told and not shown among the outputs, also in the cells of a table and in objects', () => {
  const chart = `data:image/png;base64,${'A'.repeat(4000)}`
  const paint = new Proxy({}, { get: () => (text: string) => text }) as Parameters<typeof drawOutputs>[1]['paint']
  const shown = drawOutputs(
    { chart, rows: [{ name: 'a', chart }], both: { first: chart, n: 1 } },
    { paint, width: 100 },
  ).join('\n')
  expect(shown.match(/PNG image, 3 KB/g)).toHaveLength(3)
  expect(shown).not.toContain('AAAA')
})
