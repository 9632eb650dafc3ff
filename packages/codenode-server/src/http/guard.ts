import { CodenodeError } from 'codenode/internal/contract/error'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Keyring } from './keys/keyring.ts'
import type { Peer, PeerUsers } from './peer-user.ts'
import { requestInvalid, sendProblem } from './wire/problem.ts'

const maxHeaders = 100

const headers = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
}

export type GuardOptions = {
  keyring: Keyring
  corsOrigins: readonly string[]
  peers: Pick<PeerUsers, 'of'>
  access: RouteAccess
}

/**
 * Which routes anyone may read, and which have a key of their own. It is the route that was found that counts: the URL of a
 * request can be written in many ways, and means what the router takes it for.
 */
export class RouteAccess {
  readonly #open = new Set<string>()
  readonly #keyed = new Set<string>()

  /** Nothing in the routes that are added to the scope from here on belongs to a client. */
  open(scope: FastifyInstance): void {
    scope.addHook('onRoute', ({ url }) => void this.#open.add(url))
  }

  /** The routes that are added to the scope from here on ask for a key of their own. */
  keyed(scope: FastifyInstance): void {
    scope.addHook('onRoute', ({ url }) => void this.#keyed.add(url))
  }

  isOpen({ routeOptions: { url } }: FastifyRequest): boolean {
    return url !== undefined && this.#open.has(url)
  }

  isKeyed({ routeOptions: { url } }: FastifyRequest): boolean {
    return url !== undefined && this.#keyed.has(url)
  }
}

/** The first hook of every request, of whatever door: safe headers, and no page of a stranger where no key is asked. */
export function buildGuard({ keyring, corsOrigins, peers, access }: GuardOptions) {
  return (request: FastifyRequest, reply: FastifyReply, done: () => void): void => {
    reply.headers(headers).header('x-request-id', request.id)
    if (request.raw.rawHeaders.length > 2 * maxHeaders) {
      sendProblem(reply, requestInvalid('headers', `are more than ${maxHeaders}.`), 431)
      return
    }
    // A key is something that a page does not have. Where none is asked, being the user of the service is what counts, and a
    // browser of theirs would lend that to any page.
    const isOpen = access.isOpen(request)
    const refusal = keyring.isOpen ? findStranger(request, isOpen, corsOrigins) : null
    if (refusal) sendProblem(reply, refusal)
    else if (!keyring.isOpen || isOpen || access.isKeyed(request)) done()
    else checkPeer(request, reply, done)
  }

  function checkPeer(request: FastifyRequest, reply: FastifyReply, done: () => void): void {
    const go = (peer: Peer): void => {
      if (peer === 'same-user') done()
      else sendProblem(reply, new CodenodeError('user_refused', { isKnown: peer === 'other-user' }))
    }
    const peer = isInjected(request) ? 'same-user' : peers.of(request.raw.socket)
    if (typeof peer === 'string') go(peer)
    // It does not reject.
    else void peer.then(go)
  }
}

/** A call of this process itself, by `inject`, which comes over no connection. */
function isInjected({ raw }: FastifyRequest): boolean {
  return '_lightMyRequest' in raw
}

function findStranger(
  { headers }: FastifyRequest,
  isOpen: boolean,
  corsOrigins: readonly string[],
): CodenodeError | null {
  const { host = '', origin, 'sec-fetch-site': site } = headers
  // A name that was bent to this machine (DNS rebinding) makes a foreign page same-origin.
  if (!isLoopbackHost(host)) return new CodenodeError('origin_refused', { host })
  if (isOpen) return null
  if (origin !== undefined) {
    const isOurs = origin === `http://${host}` || origin === `https://${host}` || corsOrigins.includes(origin)
    return isOurs ? null : new CodenodeError('origin_refused', { origin })
  }
  // Requests without Origin that a page caused: links, images, forms by GET.
  const isForeign = site === 'cross-site' || site === 'same-site'
  return isForeign ? new CodenodeError('origin_refused', { origin: site }) : null
}

/** For a Host header and for an address to listen on: names of this machine alone, a port allowed. */
export function isLoopbackHost(host: string): boolean {
  const name = host.replace(/:\d+$/, '').toLowerCase()
  return (
    /^127(?:\.\d{1,3}){3}$/.test(name) ||
    name === '[::1]' ||
    host === '::1' ||
    name === 'localhost' ||
    name.endsWith('.localhost')
  )
}
