import type { Writable } from 'node:stream'
import { styleText } from 'node:util'

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

const widthElsewhere = 100

export function openTerminal(stream: Writable & { isTTY?: boolean; columns?: number }): Terminal {
  const isTty = stream.isTTY === true
  return {
    write: (text) => void stream.write(text),
    paint: buildPaint(stream),
    width: (isTty && stream.columns) || Number(process.env.COLUMNS) || widthElsewhere,
    isTty,
  }
}

/** Colour only on a terminal that has some, and as `NO_COLOR` and `FORCE_COLOR` say. */
function buildPaint(stream: Writable): Paint {
  const one = (style: Style) => (text: string) => styleText(style, text, { stream })
  return {
    bold: one('bold'),
    dim: one('dim'),
    red: one('red'),
    green: one('green'),
    yellow: one('yellow'),
    cyan: one('cyan'),
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
