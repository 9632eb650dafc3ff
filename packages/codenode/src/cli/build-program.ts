import { readFileSync } from 'node:fs'
import { Command, Option } from 'commander'
import { isolationLevels } from '../contract/isolation.ts'
import { installation } from '../places/installation.ts'
import { closeNames } from '../values/close-names.ts'
import type { ConfigOptions } from './config-command.ts'
import type { DemoOptions } from './demo-command.ts'
import type { DoctorOptions } from './doctor-command.ts'
import type { ExitCode } from './exit-codes.ts'
import { type CommandName, drawHelpNotes } from './help-notes.ts'
import type { PackagesOptions } from './packages-command.ts'
import type { RerunCommandOptions } from './rerun-command.ts'
import type { RunCommandOptions } from './run-command.ts'
import type { HistoryOptions, HistorySelectionOptions, McpOptions, ServeOptions } from './server-commands.ts'

const isolationOption = new Option('--isolation <level>', 'isolation to enforce; nothing starts without it').choices(
  isolationLevels,
)
/** Where things lie. */
const placeOptions = [
  new Option('--config <file>', 'file of settings; default: CODENODE_CONFIG, else the nearest codenode.yaml'),
  new Option('--data-dir <folder>', 'where runs are kept; default: CODENODE_DATA_DIR, else the nearest .codenode'),
  new Option(
    '--packages-dir <folder>',
    'where the packages are; default: CODENODE_PACKAGES_DIR, else beside the installation',
  ),
]
/** One for each command: an option keeps what it has collected. */
const inputOption = () =>
  new Option('--input <name=value>', 'one input; can be repeated')
    .argParser((pair: string, all: string[]) => [...all, pair])
    .default([], 'none')
/** As for inputs. */
const secretOption = () =>
  new Option('--secret <name>', 'an input whose value is masked in all output; can be repeated')
    .argParser((name: string, all: string[]) => [...all, name])
    .default([], 'none')
const inputsOption = new Option('--inputs <file>', 'a file with all inputs; - for standard input')
const standInsOptions = () => [
  new Option('--stand-ins <file>', 'a file with what nodes give that are not run; made: values made up'),
  new Option('--stand-in <node.output=value>', 'one of them; can be repeated')
    .argParser((pair: string, all: string[]) => [...all, pair])
    .default([], 'none'),
  new Option('--stand-ins-from <run>', 'a past run: nodes that do not run here give what they gave there'),
]
const selectionOptions = () => [
  new Option('--run <id>', 'a run; can be repeated')
    .argParser((id: string, all: string[]) => [...all, id])
    .default([], 'none'),
  new Option('--client <id>', 'runs of an API key, by its id in the log and the metrics'),
  new Option('--before <time>', 'runs that started before, such as 2026-01-31T12:00:00Z'),
]
const jsonOption = new Option('--json', 'print only JSON to standard output')

/** Each command is loaded when it is called, so that none waits for what only another needs. */
export function buildProgram(end: (exitCode: ExitCode) => void): Command {
  const program = new Command('codenode')
    .description('Runs Code nodes and workflows: Python, JavaScript and TypeScript, each run in its own sandbox.')
    .version(readVersion())
    .showHelpAfterError('Add --help for usage.')
    .exitOverride()
  program
    .command('run')
    .description('run a Code node, a workflow or a bare program once')
    .argument('<file>', 'a node or a workflow (.yml, .yaml, .json), or a program (.py, .js, .ts)')
    .addOption(inputOption())
    .addOption(inputsOption)
    .addOption(secretOption())
    .option('--only-code', 'run only the Code nodes of a workflow, with given inputs')
    .option('--write-stand-ins <file>', 'write a file to be filled for the nodes that do not run here, and run nothing')
    .addOption(jsonOption)
    .addOption(isolationOption)
    .action(async (file: string, options: RunCommandOptions) => {
      const { runCommand } = await import('./run-command.ts')
      end(await runCommand(file, options))
    })
  program
    .command('rerun')
    .description('run one node of a past workflow run again')
    .argument('<run>', 'the id of the run')
    .argument('<node>', 'the id of the node, or its title')
    .addOption(inputOption())
    .addOption(inputsOption)
    .addOption(secretOption())
    .option('--item <index>', 'item of a node in an iteration, from 0; default: the first that failed')
    .addOption(jsonOption)
    .addOption(isolationOption)
    .action(async (run: string, node: string, options: RerunCommandOptions) => {
      const { rerunCommand } = await import('./rerun-command.ts')
      end(await rerunCommand(run, node, options))
    })
  program
    .command('replay')
    .description('run a whole past workflow run again')
    .argument('<run>', 'the id of the run')
    .addOption(inputOption())
    .addOption(inputsOption)
    .addOption(secretOption())
    .addOption(jsonOption)
    .addOption(isolationOption)
    .action(async (run: string, options: RunCommandOptions) => {
      const { replayCommand } = await import('./rerun-command.ts')
      end(await replayCommand(run, options))
    })
  program
    .command('serve')
    .description('serve the HTTP API, and the dify-sandbox API for Dify')
    .option('--host <address>', 'where to listen; default: CODENODE_HOST, else 127.0.0.1')
    .option('--port <number>', '0 takes any free port; default: CODENODE_PORT, else 8194')
    .addOption(isolationOption)
    .action(async (options: ServeOptions) => {
      const { loadServer } = await import('./load-server.ts')
      end(await (await loadServer('serve', readVersion())).serve(options))
    })
  program
    .command('config')
    .description('print every setting in force, and where it comes from')
    .addOption(jsonOption)
    .action(async (options: ConfigOptions) => {
      const { configCommand } = await import('./config-command.ts')
      end(await configCommand(options))
    })
  program
    .command('demo')
    .description('run the examples: public data, three languages, a workflow, and what goes wrong')
    .addOption(isolationOption)
    .action(async (options: DemoOptions) => {
      const { demoCommand } = await import('./demo-command.ts')
      end(await demoCommand(options))
    })
  program
    .command('doctor')
    .description('test every layer of the isolation, from inside and from the host')
    .addOption(jsonOption)
    .addOption(isolationOption)
    .action(async (options: DoctorOptions) => {
      const { doctorCommand } = await import('./doctor-command.ts')
      end(await doctorCommand(options))
    })
  const packages = program
    .command('packages')
    .description('list the packages that code can import')
    .addOption(jsonOption)
    .allowExcessArguments()
    .action(async (options: PackagesOptions, command: Command) => {
      if (command.args.length > 0) refuseSubcommand(command)
      const { packagesCommand } = await import('./packages-command.ts')
      end(await packagesCommand(options))
    })
  packages
    .command('install')
    .description('install the standard packages and those that codenode.yaml adds')
    .action(async (_, command: Command) => {
      const { installCommand } = await import('./packages-command.ts')
      end(await installCommand(command.optsWithGlobals()))
    })
  program
    .command('mcp')
    .description('serve one AI agent over standard input and output (Model Context Protocol)')
    .addOption(isolationOption)
    .action(async (options: McpOptions) => {
      const { loadServer } = await import('./load-server.ts')
      end(await (await loadServer('mcp', readVersion())).mcp(options))
    })
  const history = program
    .command('history')
    .description('copy, export or delete the runs that a service has kept')
    .allowExcessArguments()
    .action((_, command: Command) => (command.args.length > 0 ? refuseSubcommand(command) : command.help()))
  history
    .command('backup')
    .description('copy the whole history, also while a service uses it')
    .argument('<file>', 'a new file; a service can start with it')
    .action(async (file: string, _, command: Command) => {
      const { loadServer } = await import('./load-server.ts')
      const options: HistoryOptions = command.optsWithGlobals()
      end(await (await loadServer('history backup', readVersion())).historyBackup(file, options))
    })
  const exporting = history
    .command('export')
    .description('write runs as JSON lines, the oldest first')
    .argument('[file]', 'a new file; default: standard output')
    .action(async (file: string | undefined, _, command: Command) => {
      const { loadServer } = await import('./load-server.ts')
      const options: HistorySelectionOptions = command.optsWithGlobals()
      end(await (await loadServer('history export', readVersion())).historyExport(file, options))
    })
  const deleting = history
    .command('delete')
    .description('delete runs that have ended, for good, also while a service uses the history')
    .option('--all', 'every run, or every run of the client')
    .action(async (_, command: Command) => {
      const { loadServer } = await import('./load-server.ts')
      const options: HistorySelectionOptions = command.optsWithGlobals()
      end(await (await loadServer('history delete', readVersion())).historyDelete(options))
    })
  for (const command of [exporting, deleting]) for (const option of selectionOptions()) command.addOption(option)
  program
    .command('bench', { hidden: installation.kind !== 'clone' })
    .description('measure, in a clone of the repository')
    .argument('[arguments...]')
    .allowUnknownOption()
    .helpOption(false)
    .action(async (args: string[]) => {
      const { benchCommand } = await import('./bench-command.ts')
      end(await benchCommand(args))
    })
  for (const command of program.commands.filter((it) => ['run', 'replay'].includes(it.name()))) {
    for (const option of standInsOptions()) command.addOption(option)
  }
  for (const command of [...program.commands, ...packages.commands, ...history.commands]) {
    // The benchmark has options of its own.
    if (command.name() !== 'bench') for (const option of placeOptions) command.addOption(option)
  }
  for (const command of [program, ...program.commands, ...packages.commands, ...history.commands]) {
    command.addHelpText('after', drawHelpNotes(nameOf(command)))
  }
  return program
}

/** What follows `codenode`: `packages install`. */
export function nameOf(command: Command): CommandName {
  const { parent } = command
  // Each command has its notes: a test holds it.
  return (parent === null ? '' : `${nameOf(parent)} ${command.name()}`.trim()) as CommandName
}

/** A command that does something by itself would take a misspelt subcommand for an argument too many. */
function refuseSubcommand(command: Command): never {
  const [given = ''] = command.args
  const [meant] = closeNames(
    given,
    command.commands.map((it) => it.name()),
  )
  command.error(`error: unknown command '${given}'${meant === undefined ? '' : ` (did you mean ${meant}?)`}`)
}

function readVersion(): string {
  // Our own manifest.
  return (JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string })
    .version
}
