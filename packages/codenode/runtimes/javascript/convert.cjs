// @ts-check
'use strict'

// What `main` returned, as JSON text. Iterative, so that no depth overflows the stack; every value that cannot be JSON is
// listed by its path. Sizes, depth and types are the host's worry.
const { open, typeName } = require('./kinds.cjs')
const { Failure } = require('./failure.cjs')
const { isPlainData } = require('./plain.cjs')
const { notObject, notSerializable, pathOf, Places } = require('./problems.cjs')

/** @typedef {{ keys: string[] | null, items: any, source: unknown, index: number, isFirst: boolean }} Frame */
/** @typedef {import('./problems.cjs').Problem} Problem */

const { stringify } = JSON
const isFiniteNumber = Number.isFinite
const { keys: ownKeys } = Object

const MAX_PROBLEMS = 100
const NULLED = {
  one: 'became null, since it is NaN or infinite, which JSON has no number for',
  many: 'became null, since they are NaN or infinite, which JSON has no number for',
}
const NO_DATES = {
  one: 'became null, since it is an invalid date',
  many: 'became null, since they are invalid dates',
}
const DROPPED = {
  one: 'was dropped, since it is a function, which is no data',
  many: 'were dropped, since they are functions, which are no data',
}
/** A frame holds no more: the host ends the run when it sees the length, so the rest need not be written. */
const MAX_TEXT = 64 * 1024 * 1024
/** Up to this depth a cycle is looked for by eye; deeper, in a set. */
const SHALLOW = 24
const NEEDS_ESCAPE = /[\u0000-\u001f"\\\ud800-\udfff]/

/**
 * @param {unknown} root
 * @returns {string}
 */
function toJsonText(root) {
  if (isPlainData(root)) return stringify(root)
  const writer = new Writer()
  const text = writer.write(root)
  if (writer.problems.length > 0) throw notSerializable(writer.problems)
  writer.nulls.note('number_not_finite', NULLED)
  writer.dates.note('number_not_finite', NO_DATES)
  writer.dropped.note('function_dropped', DROPPED)
  return text
}

class Writer {
  /** @type {Problem[]} */
  problems = []
  /** Numbers that JSON has no form for. */
  nulls = new Places()
  /** Dates whose time is no number. */
  dates = new Places()
  /** Functions that are no data. */
  dropped = new Places()
  /** @type {Frame[]} */
  #stack = []
  #deep = new Set()
  #out = ''

  /** @param {unknown} root */
  write(root) {
    try {
      const opened = typeof root === 'object' && root !== null ? open(root, '') : null
      if (opened?.kind !== 'object') throw notObject(typeName(root), root)
      this.#push(opened, root)
      while (this.#stack.length > 0 && this.#hasRoom()) this.#step(this.#stack[this.#stack.length - 1])
      return this.#out
    } catch (error) {
      // A getter, `toJSON` or proxy of the user's threw: it is told with the place in the result.
      throw error instanceof Failure ? error : new Failure('code_threw', { cause: error, where: this.#path() })
    }
  }

  #hasRoom() {
    return this.problems.length < MAX_PROBLEMS && this.#out.length <= MAX_TEXT
  }

  /** @param {Frame} frame */
  #step(frame) {
    const { keys, items } = frame
    const length = (keys ?? items).length
    while (frame.index < length) {
      const at = frame.index++
      const key = keys === null ? at : keys[at]
      let value = items[key]
      // Functions inside the outputs are no data; an output itself that is one is a mistake.
      if (typeof value === 'function' && this.#stack.length > 1) {
        this.dropped.add(() => this.#path())
        value = undefined
      }
      if (value === undefined) {
        // Undefined members vanish; in an array they would move the others.
        if (keys !== null) continue
        value = null
      }
      this.#out += frame.isFirst ? '' : ','
      frame.isFirst = false
      if (keys !== null) this.#out += `${quote(/** @type {string} */ (key))}:`
      if (typeof value === 'object' && value !== null) {
        if (this.#enter(value, key)) return
      } else {
        this.#out += this.#scalar(value)
      }
      if (!this.#hasRoom()) return
    }
    this.#out += keys === null ? ']' : '}'
    this.#deep.delete(frame.source)
    this.#stack.pop()
  }

  /**
   * Writes a container's beginning, or the scalar that stands for it. True: its members come next.
   * @param {object} value
   * @param {string | number} key
   */
  #enter(value, key) {
    if (this.#isOpen(value)) {
      const first = this.#stack.findIndex(({ source }) => source === value)
      this.#refuse(`a cycle: it is ${this.#path(first)} again`)
      return false
    }
    const opened = open(value, key)
    if (opened.kind === 'scalar') this.#out += this.#scalar(opened.value)
    else if (opened.kind === 'raw') this.#out += opened.text
    else if (opened.kind === 'invalid date') this.#nullDate()
    else if (opened.kind === 'refused') this.#refuse(opened.found, opened.hint)
    else this.#push(opened, value)
    return opened.kind === 'array' || opened.kind === 'object'
  }

  /** @type {(opened: any, source: unknown) => void} */
  #push(opened, source) {
    const keys = opened.kind === 'object' ? (opened.keys ?? ownKeys(opened.items)) : null
    this.#out += keys === null ? '[' : '{'
    this.#stack.push({ keys, items: opened.items, source, index: 0, isFirst: true })
    if (this.#stack.length > SHALLOW) this.#deep.add(source)
  }

  /** @param {object} value */
  #isOpen(value) {
    const stack = this.#stack
    for (let at = Math.min(stack.length, SHALLOW) - 1; at >= 0; at--) if (stack[at].source === value) return true
    return stack.length > SHALLOW && this.#deep.has(value)
  }

  /** @param {unknown} value */
  #scalar(value) {
    if (typeof value === 'string') return quote(value)
    if (typeof value === 'number' && isFiniteNumber(value)) return `${value}`
    if (typeof value === 'boolean' || typeof value === 'bigint') return `${value}`
    if (value === null || value === undefined) return 'null'
    if (typeof value !== 'number') return this.#refuse(typeof value)
    this.nulls.add(() => this.#path())
    return 'null'
  }

  #nullDate() {
    this.dates.add(() => this.#path())
    this.#out += 'null'
  }

  /** @type {(found: string, hint?: string) => string} */
  #refuse(found, hint = '') {
    this.problems.push({ path: this.#path(), found, hint })
    return ''
  }

  /** Of the value being written, or of the container at a depth. */
  #path(depth = this.#stack.length) {
    return pathOf(this.#stack.slice(0, depth))
  }
}

/** @param {string} text */
const quote = (text) => (NEEDS_ESCAPE.test(text) ? stringify(text) : `"${text}"`)

module.exports = { toJsonText }
