import type { Paint } from 'codenode/internal/cli/terminal'
import type { Config } from 'codenode/internal/config/read-config'
import type { Isolation } from 'codenode/internal/contract/program'
import { exampleRequest } from '../http/documents/examples.ts'

export type Greeting = {
  address: { host: string; port: number }
  config: Config
  version: string
  isolation: Isolation
}

/** What a service says when it is ready: where it is, what holds, and a first request that works when it is pasted. */
export function drawGreeting({ address, config, version, isolation }: Greeting, paint: Paint): string {
  const url = `http://${reachable(address.host)}:${address.port}`
  const { apiKeys, keysFile } = config.service
  const hasKeys = apiKeys.length > 0 || keysFile !== null
  const keys =
    keysFile !== null
      ? `in ${keysFile}; each request needs one (here: $KEY)`
      : hasKeys
        ? `${apiKeys.length} set; each request needs one of them (here: $KEY)`
        : 'none set: only you and root can connect, from this machine, without a key'
  return `${paint.bold(`Codenode ${version}`)} listens on ${paint.cyan(url)}
  isolation  ${isolation.level}
  API keys   ${keys}
  editor     ${url}/
  reference  ${url}/docs

Try it:
${exampleCommand(url, hasKeys)}
`
}

function exampleCommand(url: string, hasKeys: boolean): string {
  const key = hasKeys ? ' -H "Authorization: Bearer $KEY"' : ''
  // JSON has no single quote of its own, and the example has none in its texts.
  return `curl ${url}/v1/nodes/run${key} -H 'Content-Type: application/json' -d '${JSON.stringify(exampleRequest)}'`
}

/** An address to listen on everywhere is not one to connect to. */
function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1'
  if (host === '::') return '[::1]'
  return host.includes(':') ? `[${host.replace(/^\[|\]$/g, '')}]` : host
}
