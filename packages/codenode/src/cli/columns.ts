import stringWidth from 'string-width'

const segmenter = new Intl.Segmenter()

/** The text, which has no colours yet, cut to `width` columns with an ellipsis. */
export function cutTo(width: number, text: string): string {
  if (stringWidth(text) <= width) return text
  let kept = ''
  let used = 0
  for (const { segment } of segmenter.segment(text)) {
    const columns = stringWidth(segment)
    if (used + columns > width - 1) break
    kept += segment
    used += columns
  }
  return `${kept}…`
}

export function padTo(width: number, text: string, side: 'left' | 'right' = 'left'): string {
  const space = ' '.repeat(Math.max(0, width - stringWidth(text)))
  return side === 'left' ? text + space : space + text
}
