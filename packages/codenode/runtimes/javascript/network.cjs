// @ts-check
'use strict'

// What says at once that there is no network: `fetch` and its kin would load a megabyte of HTTP client only to find out, and
// connections and look-ups of names would fail by codes that look like a fault of the net.

const BLOCKED = 'the sandbox blocks all network access'
const MAX_URL = 300
/** They are read from the URL itself, or from the program's own memory. */
const WITHOUT_NETWORK = /^\s*(data|blob):/i

/**
 * @param {string} call
 * @param {unknown} target
 * @param {(operation: string, what: string) => void} noteBlocked
 */
function refuseCall(call, target, noteBlocked) {
  const url = urlOf(target).slice(0, MAX_URL)
  const { hostname, port: given, protocol } = URL.parse(url) ?? {}
  const isSecure = protocol === 'https:' || protocol === 'wss:'
  const port = Number(given) || (isSecure ? 443 : 80)
  noteBlocked('network', hostname === undefined || hostname === '' ? url : `${hostname}:${port}`)
  const error = new TypeError(`${call} failed: ${BLOCKED} (${url})`)
  return Object.assign(error, { code: 'EPERM', syscall: 'connect', hostname, port })
}

/**
 * @param {string} host
 * @param {number} port
 */
function refuseConnection(host, port) {
  const error = new Error(`connect EPERM ${host}:${port}: ${BLOCKED}`)
  return Object.assign(error, { errno: -1, code: 'EPERM', syscall: 'connect', address: host, port })
}

/**
 * @param {string} call a function of node:dns
 * @param {string} hostname
 * @param {unknown} type of the record, where `resolve` is asked for one
 */
function refuseLookUp(call, hostname, type) {
  const records = call.slice('resolve'.length) || (typeof type === 'string' ? type : 'A')
  const byCall = { lookup: 'getaddrinfo', reverse: 'getHostByAddr' }
  const syscall =
    byCall[/** @type {keyof typeof byCall} */ (call)] ?? `query${records[0]}${records.slice(1).toLowerCase()}`
  const error = new Error(`${syscall} EPERM ${hostname}: ${BLOCKED}`)
  return Object.assign(error, { errno: -1, code: 'EPERM', syscall, hostname })
}

/** @param {unknown} target */
const urlOf = (target) => String(typeof target === 'object' && target !== null && 'url' in target ? target.url : target)

/**
 * In the zygote.
 * @param {(operation: string, what: string) => void} noteBlocked
 */
function replaceNetwork(noteBlocked) {
  const ownFetch = globalThis.fetch
  const fetch = async (/** @type {any} */ target, /** @type {any} */ options) => {
    if (WITHOUT_NETWORK.test(urlOf(target))) return await ownFetch(target, options)
    throw refuseCall('fetch', target, noteBlocked)
  }
  class WebSocket {
    /** @param {unknown} url */
    constructor(url) {
      throw refuseCall('WebSocket', url, noteBlocked)
    }
  }
  class EventSource {
    /** @param {unknown} url */
    constructor(url) {
      throw refuseCall('EventSource', url, noteBlocked)
    }
  }
  for (const [name, value] of Object.entries({ fetch, WebSocket, EventSource })) {
    Object.defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: name === 'fetch' })
  }
}

module.exports = { refuseConnection, refuseLookUp, replaceNetwork }
