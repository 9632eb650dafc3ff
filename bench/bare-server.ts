/**
 * The least that can stand between the library and HTTP: Node's own server and one call for each request, with no checks, no
 * keys, no history. What it adds to a run is what processes, sockets and HTTP cost on this machine.
 */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createSandbox, runNode } from 'codenode'

/** The requests are the benchmark's own. */
type Asked = { node: Parameters<typeof runNode>[0]; inputs: unknown }

const sandbox = await createSandbox()
const server = createServer((request, response) => void answer(request, response))
server.keepAliveTimeout = 300_000
server.listen(0, '127.0.0.1')
await once(server, 'listening')
process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}\n`)
await once(process, 'SIGTERM')
server.close()
server.closeAllConnections()
await sandbox.close()

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const { node, inputs } = JSON.parse(Buffer.concat(chunks).toString()) as Asked
  const text = JSON.stringify(await runNode(node, inputs, { sandbox }))
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }).end(text)
}
