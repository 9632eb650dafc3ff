import type { IsolationLevel } from '../contract/program.ts'
import type { ExitCode } from './exit-codes.ts'
import type { PlaceOptions } from './read-settings.ts'

export type ServeOptions = PlaceOptions & { host?: string; port?: string; isolation?: IsolationLevel }
export type McpOptions = PlaceOptions & { isolation?: IsolationLevel }

/** The commands that the package codenode-server brings, as its entry point `codenode-server/commands`. */
export type ServerCommands = {
  /** Of the package. */
  version: string
  serve: (options: ServeOptions) => Promise<ExitCode>
  mcp: (options: McpOptions) => Promise<ExitCode>
}
