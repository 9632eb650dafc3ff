import type { Writable } from 'node:stream'

/** Where the command writes, and what that place can show. */
export type Terminal = {
  write: (text: string) => void
  paint: Paint
  /** Columns; what is wider is cut where it can be. */
  width: number
  isTty: boolean
}

type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan'
export type Paint = Record<Style, (text: string) => string>

const codes: Record<Style, readonly [on: number, off: number]> = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  cyan: [36, 39],
}

const widthElsewhere = 100

/** Colour only on a terminal, and not with `NO_COLOR` (any text) or a terminal that says it is dumb. */
export function openTerminal(
  stream: Writable & { isTTY?: boolean; columns?: number },
  env: NodeJS.ProcessEnv = process.env,
): Terminal {
  const isTty = stream.isTTY === true
  return {
    write: (text) => void stream.write(text),
    paint: buildPaint(isTty && !env.NO_COLOR && env.TERM !== 'dumb'),
    width: (isTty && stream.columns) || Number(env.COLUMNS) || widthElsewhere,
    isTty,
  }
}

export function buildPaint(hasColour: boolean): Paint {
  const one = ([on, off]: readonly [number, number]) =>
    hasColour ? (text: string) => `\u001b[${on}m${text}\u001b[${off}m` : (text: string) => text
  return {
    bold: one(codes.bold),
    dim: one(codes.dim),
    red: one(codes.red),
    green: one(codes.green),
    yellow: one(codes.yellow),
    cyan: one(codes.cyan),
  }
}

/**
 * Text of a run as it may be shown: what would move the cursor, change colours or reverse the line is written as `\u001b`.
 * New lines and tabs stay.
 */
export function showSafely(text: string): string {
  return text
    .replace(/\r\n/g, '\n')
    .replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, (character) => {
      return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
    })
}

const wide =
  /^(?:\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{20000}-\u{3fffd}])/u
const invisible = /^[\p{Mn}\p{Me}\p{Cf}]/u
const segmenter = new Intl.Segmenter()

/** Columns that a text takes up. */
export function widthOf(text: string): number {
  if (/^[\u0020-\u007e]*$/.test(text)) return text.length
  let width = 0
  for (const { segment } of segmenter.segment(text)) width += wide.test(segment) ? 2 : invisible.test(segment) ? 0 : 1
  return width
}

/** The text, cut to `width` columns with an ellipsis. */
export function cutTo(width: number, text: string): string {
  if (widthOf(text) <= width) return text
  let kept = ''
  let used = 0
  for (const { segment } of segmenter.segment(text)) {
    const columns = widthOf(segment)
    if (used + columns > width - 1) break
    kept += segment
    used += columns
  }
  return `${kept}…`
}

export function padTo(width: number, text: string, side: 'left' | 'right' = 'left'): string {
  const space = ' '.repeat(Math.max(0, width - widthOf(text)))
  return side === 'left' ? text + space : space + text
}
