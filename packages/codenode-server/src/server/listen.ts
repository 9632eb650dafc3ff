import { lookup } from 'node:dns/promises'
import type { AddressInfo } from 'node:net'
import { CodenodeError } from 'codenode/internal/contract/error'
import type { FastifyInstance } from 'fastify'
import { isLoopbackHost } from '../http/guard.ts'
import type { KeySettings } from '../http/keys/open-keyring.ts'

export type Address = { host: string; port: number }

/** Where host and port come from, as messages name them. */
export type AddressNames = { host: string; port: string }

/**
 * A service without keys tells its user from others by the kernel's table of this machine's sockets, so it listens here only.
 * Throws `configuration_invalid`.
 */
export async function checkExposure(host: string, { apiKeys, keysFile }: KeySettings, name: string): Promise<void> {
  if (apiKeys.length > 0 || keysFile !== null || isLoopbackHost(host)) return
  await lookup(host.replace(/^\[|\]$/g, '')).catch((cause: unknown) => {
    throw wrong(name, notHere(host), cause)
  })
  throw wrong(
    name,
    `is ${host}, which other machines can reach, and no API key is set. Set CODENODE_API_KEYS (or apiKeys in codenode.yaml), or listen on 127.0.0.1.`,
  )
}

/** Resolves to the address on which it listens. Throws `configuration_invalid` where it cannot. */
export async function listen(server: FastifyInstance, { host, port }: Address, names: AddressNames): Promise<Address> {
  try {
    await server.listen({ host, port })
  } catch (cause) {
    const { code = '' } = cause as NodeJS.ErrnoException
    const reason = reasons[code]
    if (!reason) throw cause
    throw wrong(names[reason.of], reason.say(host, port), cause)
  }
  // It listens on TCP, so there is an address with a port.
  return { host, port: (server.server.address() as AddressInfo).port }
}

const notHere = (host: string) => `is ${host}, which is not an address of this machine.`

const reasons: Readonly<Record<string, { of: keyof AddressNames; say: (host: string, port: number) => string }>> = {
  EADDRINUSE: {
    of: 'port',
    say: (host, port) => `is ${port}, which is in use on ${host}; stop what uses it, or choose another port.`,
  },
  EACCES: {
    of: 'port',
    say: (_, port) => `is ${port}, which is not allowed for this user; choose a port above 1023.`,
  },
  EADDRNOTAVAIL: { of: 'host', say: notHere },
  ENOTFOUND: { of: 'host', say: notHere },
  EAI_AGAIN: { of: 'host', say: notHere },
}

export function wrong(path: string, message: string, cause?: unknown): CodenodeError {
  return new CodenodeError('configuration_invalid', { issues: [{ path, message }] }, { cause })
}
