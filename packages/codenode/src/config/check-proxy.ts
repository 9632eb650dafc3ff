import { isIP } from 'node:net'
import { quote } from '../contract/values.ts'
import type { Findings } from './setting.ts'

/** It stands in links and pages as it is. */
export function checkBasePath(path: string): Findings {
  if (/^(?:\/[\w.~-]+)+$/.test(path)) return { issues: [] }
  return { issues: [`is ${quote(path)}; it must be a path such as /codenode, without a slash at its end.`] }
}

/** An address, or a block of them. */
export function checkProxies(proxies: readonly string[]): Findings {
  const wrong = proxies.filter((proxy) => !isBlock(proxy))
  return {
    issues: wrong.map((proxy) => `holds ${quote(proxy)}; it must be an address, such as 10.0.0.7 or 10.0.0.0/8.`),
  }
}

function isBlock(text: string): boolean {
  const [address = '', bits, ...more] = text.split('/')
  const version = isIP(address)
  if (version === 0 || more.length > 0) return false
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128))
}
