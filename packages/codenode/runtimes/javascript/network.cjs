// @ts-check
'use strict'

// `fetch` and its kin would load a megabyte of HTTP client only to find that there is no network: they say so at once.

/**
 * @param {string} call
 * @param {unknown} target
 */
function refusal(call, target) {
  const url = String(typeof target === 'object' && target !== null && 'url' in target ? target.url : target).slice(
    0,
    300,
  )
  const error = new TypeError(`${call} failed: the sandbox blocks all network access (${url})`)
  const { hostname, port, protocol } = URL.parse(url) ?? {}
  const isSecure = protocol === 'https:' || protocol === 'wss:'
  return Object.assign(error, {
    code: 'EPERM',
    syscall: 'connect',
    hostname,
    port: Number(port) || (isSecure ? 443 : 80),
  })
}

/** In the zygote. */
function replaceNetwork() {
  const fetch = async (/** @type {unknown} */ target) => {
    throw refusal('fetch', target)
  }
  class WebSocket {
    /** @param {unknown} url */
    constructor(url) {
      throw refusal('WebSocket', url)
    }
  }
  class EventSource {
    /** @param {unknown} url */
    constructor(url) {
      throw refusal('EventSource', url)
    }
  }
  for (const [name, value] of Object.entries({ fetch, WebSocket, EventSource })) {
    Object.defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: name === 'fetch' })
  }
}

module.exports = { replaceNetwork }
