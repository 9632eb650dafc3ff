import { readFileSync } from 'node:fs'

/** Of this package, which is that of all of Codenode's. */
export function readVersion(): string {
  // Our own manifest.
  return (JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string })
    .version
}
