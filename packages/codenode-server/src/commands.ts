/** The commands of `codenode` that this package brings. The command loads them from here. @module */
import type { ServerCommands } from 'codenode/internal/cli/server-commands'
import { mcpCommand } from './commands/mcp-command.ts'
import { serveCommand } from './commands/serve-command.ts'
import { readVersion } from './server/read-version.ts'

export const commands: ServerCommands = { version: readVersion(), serve: serveCommand, mcp: mcpCommand }
