import type { FastifyInstance } from 'fastify'

/** Which methods there are for a path, so that a wrong one is told from a path that is not there (RFC 9110, 405). */
export class KnownPaths {
  readonly #routes: { pattern: RegExp; methods: readonly string[] }[] = []

  /** Learns of the routes that are added from here on. */
  constructor(scope: FastifyInstance) {
    scope.addHook('onRoute', ({ url, method }) => {
      // Cross-origin rules answer OPTIONS for all that there may be.
      const methods = [method].flat().filter((name) => name !== 'OPTIONS')
      if (methods.length > 0) this.#routes.push({ pattern: toPattern(url), methods })
    })
  }

  /** Empty: there is no such path. */
  methodsOf(path: string): string[] {
    const found = this.#routes.filter(({ pattern }) => pattern.test(path))
    return [...new Set(found.flatMap(({ methods }) => methods))].toSorted()
  }
}

/** `/v1/runs/:id` and `/docs/*`, as the router takes them. */
function toPattern(url: string): RegExp {
  const parts = url.split(/(:\w+|\*)/).map((part) => {
    if (part === '*') return '.*'
    return part.startsWith(':') ? '[^/]+' : part.replace(/[.+?^${}()|[\]\\]/g, '\\$&')
  })
  return new RegExp(`^${parts.join('')}$`)
}
