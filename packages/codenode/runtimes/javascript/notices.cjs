// @ts-check
'use strict'

// What a run notices and what does not end it: docs/protocol.md, warnings.

const { stringify } = JSON
const MOST = 10
const MAX_MESSAGE = 1900

/** @type {Map<string, { code: string, message: string, details: object }>} */
const noted = new Map()
/** By code: how many came when there were already enough. @type {Map<string, number>} */
const leftOut = new Map()

/**
 * Remembers a warning, each once; of more than ten different ones only how many there were.
 * @param {string} code
 * @param {string} text
 * @param {object} details
 */
function note(code, text, details) {
  const message = text.slice(0, MAX_MESSAGE).replace(/\s+/g, ' ')
  const key = `${code} ${message}`
  if (noted.has(key)) return
  if (noted.size < MOST) noted.set(key, { code, message, details })
  else leftOut.set(code, (leftOut.get(code) ?? 0) + 1)
}

/** The `warnings` frame, null where there is nothing to say; what was noted is forgotten. @returns {string | null} */
function take() {
  if (noted.size === 0) return null
  const entries = [...noted.values()]
  for (const [code, count] of leftOut) entries.push({ code, message: `${count} more like this.`, details: { count } })
  noted.clear()
  leftOut.clear()
  return stringify(entries)
}

module.exports = { note, take }
