import type { IsolationLevel } from '../contract/program.ts'
import type { ExitCode } from './exit-codes.ts'
import type { PlaceOptions } from './read-settings.ts'

export type ServeOptions = PlaceOptions & { host?: string; port?: string; isolation?: IsolationLevel }
export type McpOptions = PlaceOptions & { isolation?: IsolationLevel }

export type HistoryOptions = PlaceOptions
/** Which runs of the history; none of them: all. */
export type HistorySelectionOptions = PlaceOptions & { run?: string[]; client?: string; before?: string; all?: true }

/** The commands that the package codenode-server brings, as its entry point `codenode-server/commands`. */
export type ServerCommands = {
  /** Of the package. */
  version: string
  serve: (options: ServeOptions) => Promise<ExitCode>
  mcp: (options: McpOptions) => Promise<ExitCode>
  historyBackup: (file: string, options: HistoryOptions) => Promise<ExitCode>
  historyExport: (file: string | undefined, options: HistorySelectionOptions) => Promise<ExitCode>
  historyDelete: (options: HistorySelectionOptions) => Promise<ExitCode>
}
