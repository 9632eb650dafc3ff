// @ts-check
'use strict'

// `performance` and `process.uptime` count from the zygote's start; a run shall see them count from its own.
const { performance } = require('node:perf_hooks')

const realNow = performance.now.bind(performance)
const realMark = performance.mark.bind(performance)
const realMeasure = performance.measure.bind(performance)

let startedAt = 0
let timeOrigin = performance.timeOrigin

const now = () => realNow() - startedAt

/** @type {typeof performance.mark} */
const mark = (name, options) => realMark(name, { startTime: now(), ...options })

/** @type {(name: string, from?: any, to?: string) => any} */
const measure = (name, from, to) => {
  if (to !== undefined) return realMeasure(name, from, to)
  if (typeof from === 'object' && from !== null)
    return realMeasure(name, from.duration === undefined ? { end: now(), ...from } : from)
  return realMeasure(name, { start: from ?? 0, end: now() })
}

/** In the zygote, once. */
function replaceClock() {
  for (const [name, value] of Object.entries({ now, mark, measure })) {
    Object.defineProperty(performance, name, { value, writable: true, configurable: true, enumerable: false })
  }
  Object.defineProperty(performance, 'timeOrigin', { get: () => timeOrigin, configurable: true, enumerable: false })
  process.uptime = () => now() / 1000
}

/** In the child, when its work arrives. */
function startClock() {
  startedAt = realNow()
  timeOrigin = Date.now()
}

module.exports = { replaceClock, startClock }
