import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { promisify } from 'node:util'
import { patientLimits, startService } from '../../../codenode/test/support/service.ts'
import { buildOnce } from './build-once.ts'

const root = path.resolve(import.meta.dirname, '../../../..')
const shell = promisify(execFile)

export type EmbedPage = {
  /** Of the page, with the service that it uses. */
  url: (theme?: 'light' | 'dark') => string
  close: () => Promise<void>
}

/** The page of examples/embed, built as a product would build it, beside a real service. */
export async function startEmbedPage(packages: 'none' | 'installed' = 'none'): Promise<EmbedPage> {
  const { folder, remove } = await buildOnce('embed', async (into) => {
    await build('packages/web', '--config', path.join(root, 'packages/web/vite.embed.config.ts'))
    await build('examples/embed', '--outDir', into, '--emptyOutDir')
  })
  const pages = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost')
    const file = path.join(
      folder,
      pathname === '/' ? 'index.html' : path.basename(path.dirname(pathname)),
      pathname === '/' ? '' : path.basename(pathname),
    )
    try {
      const body = readFileSync(file)
      response.writeHead(200, { 'content-type': types[path.extname(file)] ?? 'application/octet-stream' }).end(body)
    } catch {
      response.writeHead(404).end()
    }
  })
  await new Promise<void>((resolve) => void pages.listen(0, '127.0.0.1', resolve))
  // A server that listens on a port has such an address.
  const origin = `http://127.0.0.1:${(pages.address() as AddressInfo).port}`
  const service = await startService({
    packages,
    env: { ...patientLimits, CODENODE_CORS_ORIGINS: origin },
  })
  return {
    url: (theme = 'light') => `${origin}/?service=${encodeURIComponent(service.address)}&theme=${theme}`,
    close: async () => {
      pages.closeAllConnections()
      pages.close()
      await service.close()
      remove()
    },
  }
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.wasm': 'application/wasm',
}

async function build(project: string, ...options: string[]): Promise<void> {
  const vite = path.join(root, 'node_modules/vite/bin/vite.js')
  // The tests run in development; what is tested is what is delivered.
  const env = { ...process.env, NODE_ENV: 'production' }
  await shell(process.execPath, [vite, 'build', path.join(root, project), ...options], { env })
}
