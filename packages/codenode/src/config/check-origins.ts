import { quote } from '../contract/values.ts'
import type { Findings } from './setting.ts'

export function checkOrigins(origins: readonly string[]): Findings {
  const wrong = origins.filter((origin) => !URL.canParse(origin) || new URL(origin).origin !== origin)
  const issues = wrong.map(
    (origin) =>
      `holds ${quote(origin)}; an origin is a scheme, a host and perhaps a port, such as https://flows.example.org.`,
  )
  return { issues }
}
