/** The commands of `codenode` that this package brings. The command loads them from here. @module */
import type { ServerCommands } from 'codenode/internal/cli/server-commands'
import { readVersion } from './server/read-version.ts'

export const commands: ServerCommands = {
  version: readVersion(),
  serve: async (options) => await (await import('./commands/serve-command.ts')).serveCommand(options),
  mcp: async (options) => await (await import('./commands/mcp-command.ts')).mcpCommand(options),
}
