import type { CallToolResult } from '@modelcontextprotocol/server'
import type { Language } from 'codenode/internal/contract/node-words'
import { type RuntimeName, runtimeOf } from 'codenode/internal/contract/runtime-name'
import type { InstalledPackage } from 'codenode/internal/sandbox/installed-packages'
import * as z from 'zod'
import { text } from './answers.ts'

const packageSchema = z.object({
  name: z.string(),
  version: z.string(),
  importNames: z.array(z.string()).describe('What import statements call it.'),
  importMs: z.int().optional().describe('CPU time of the import in milliseconds, where it takes some and is known.'),
})

/** What `list_packages` answers. */
export const packagesSchema = z.object({
  python: z.array(packageSchema).optional(),
  javascript: z.array(packageSchema).optional().describe('For TypeScript as well.'),
})

type Installed = Record<RuntimeName, InstalledPackage[]>

/** The packages of one language, or of all. */
export function packagesTool(language: Language | null, { python, javascript }: Installed): CallToolResult {
  const wanted = language === null ? null : runtimeOf[language]
  const listed = {
    ...(wanted === 'javascript' ? {} : { python }),
    ...(wanted === 'python' ? {} : { javascript }),
  } satisfies z.infer<typeof packagesSchema>
  const content = Object.entries(listed).map(([title, packages]) => `${title}:\n${describe(packages)}`)
  return { content: text(content.join('\n\n')), structuredContent: listed }
}

/** Below that nobody needs to know. */
const slowMs = 50

function describe(packages: readonly InstalledPackage[]): string {
  return (
    packages
      .map(
        ({ name, version, importMs = 0 }) => `${name} ${version}${importMs < slowMs ? '' : ` (import ${importMs} ms)`}`,
      )
      .join('\n') || 'nothing beside the standard library'
  )
}
