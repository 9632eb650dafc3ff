import { createMcpHandler, type McpHttpHandler } from '@modelcontextprotocol/server'
import type { ClientId } from '../service/api/types.ts'
import { buildMcpServer, type McpOptions } from './build-server.ts'

export type McpRequest = {
  request: Request
  /** Parsed JSON; undefined: the request has no body that is JSON. */
  body: unknown
  client: ClientId
}

export type McpHandler = Pick<McpHttpHandler, 'close'> & { answer: (request: McpRequest) => Promise<Response> }

/**
 * Answers requests of streamable HTTP, each by a server of its own: nothing is kept between two requests. Clients of the
 * protocol's versions from 2024 on are served.
 */
export function buildMcpHandler(options: McpOptions & { onProblem: (error: Error) => void }): McpHandler {
  const handler = createMcpHandler(
    ({ authInfo }) => {
      if (!authInfo) throw new Error('A request has no client.')
      return buildMcpServer(options, authInfo.clientId)
    },
    { onerror: options.onProblem },
  )
  return {
    close: handler.close,
    answer: ({ request, body, client }) =>
      // The key itself is not passed on.
      handler.fetch(request, { parsedBody: body, authInfo: { token: '', clientId: client, scopes: [] } }),
  }
}
