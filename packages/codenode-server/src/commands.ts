/** The commands of `codenode` that this package brings. The command loads them from here. @module */
import type { ServerCommands } from 'codenode/internal/cli/server-commands'
import { readVersion } from './server/read-version.ts'

const loadHistory = () => import('./commands/history-command.ts')

export const commands: ServerCommands = {
  version: readVersion(),
  serve: async (options) => await (await import('./commands/serve-command.ts')).serveCommand(options),
  mcp: async (options) => await (await import('./commands/mcp-command.ts')).mcpCommand(options),
  historyBackup: async (file, options) => await (await loadHistory()).historyBackup(file, options),
  historyExport: async (file, options) => await (await loadHistory()).historyExport(file, options),
  historyDelete: async (options) => await (await loadHistory()).historyDelete(options),
}
