import { CodenodeError } from 'codenode/internal/contract/error'
import type { FailureDetails } from 'codenode/internal/contract/failures'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Peer, PeerUsers } from './peer-user.ts'
import { Keyring } from './wire/keyring.ts'
import { requestInvalid, sendProblem } from './wire/problem.ts'
import { stateOf } from './wire/request-state.ts'

/** What anyone may read, by its path below the prefix: nothing in it belongs to a client. */
const publicPaths =
  /^(?:\/(?:health|openapi\.json|docs(?:\/.*)?|runs(?:\/[^/]*)?|packages|assets\/.*|favicon\.svg)?)?(?:\?|$)/

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
  /** What has a key of its own. */
  isKeyed: (path: string) => boolean
  /** Where the routes are mounted, such as `/codenode`; empty: at the root. */
  prefix: string
}

/** The first hook of every request, of whatever door: safe headers, and no page of a stranger where no key is asked. */
export function buildGuard({ keyring, corsOrigins, peers, isKeyed, prefix }: GuardOptions) {
  return (request: FastifyRequest, reply: FastifyReply, done: () => void): void => {
    reply.headers(headers).header('x-request-id', request.id)
    if (request.raw.rawHeaders.length > 2 * maxHeaders) {
      sendProblem(reply, requestInvalid('headers', `are more than ${maxHeaders}.`), 431)
      return
    }
    // A key is something that a page does not have. Where none is asked, being the user of the service is what counts, and a
    // browser of theirs would lend that to any page.
    const path = request.url.slice(prefix.length)
    const refusal = keyring.isOpen ? findStranger(request, path, corsOrigins) : null
    if (refusal) sendProblem(reply, refusal)
    else if (!keyring.isOpen || publicPaths.test(path) || isKeyed(path)) done()
    else checkPeer(request, reply, done)
  }

  function checkPeer(request: FastifyRequest, reply: FastifyReply, done: () => void): void {
    const go = (peer: Peer): void => {
      if (peer === 'same-user') done()
      else sendProblem(reply, new CodenodeError('user_refused', { isKnown: peer === 'other-user' }))
    }
    const peer = peers.of(request.raw.socket)
    if (typeof peer === 'string') go(peer)
    // It does not reject.
    else void peer.then(go)
  }
}

/** The hook of the routes that belong to a client, or of those that need another key. */
export function buildKeyCheck(keyring: Keyring, details: FailureDetails<'unauthorized'> = {}) {
  return (request: FastifyRequest, reply: FastifyReply, done: () => void): void => {
    const client = keyring.clientOf(Keyring.keyOf(request.headers))
    if (client === null) {
      sendProblem(reply, new CodenodeError('unauthorized', details))
      return
    }
    stateOf(request).client = client
    done()
  }
}

function findStranger({ headers }: FastifyRequest, path: string, corsOrigins: readonly string[]): CodenodeError | null {
  const { host = '', origin, 'sec-fetch-site': site } = headers
  // A name that was bent to this machine (DNS rebinding) makes a foreign page same-origin.
  if (!isLoopbackHost(host)) return new CodenodeError('origin_refused', { host })
  if (publicPaths.test(path)) return null
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
