import { readFileSync } from 'node:fs'
import { Command, CommanderError, Option } from 'commander'
import { closeNames } from '../contract/close-names.ts'
import { isolationLevels } from '../contract/isolation.ts'
import type { ConfigOptions } from './config-command.ts'
import type { DoctorOptions } from './doctor-command.ts'
import { type ExitCode, exitCodes } from './exit-codes.ts'
import type { McpCommandOptions } from './mcp-command.ts'
import type { PackagesOptions } from './packages-command.ts'
import { errorToJson, reportError } from './report-error.ts'
import type { RerunCommandOptions } from './rerun-command.ts'
import type { RunCommandOptions } from './run-command.ts'
import type { ServeOptions } from './serve-command.ts'
import { openTerminal } from './terminal.ts'

const isolationOption = new Option('--isolation <level>', 'isolation to enforce; nothing starts without it').choices(
  isolationLevels,
)
/** Where things lie. */
const placeOptions = [
  new Option('--config <file>', 'default: CODENODE_CONFIG, else the nearest codenode.yaml'),
  new Option('--data-dir <folder>', 'where runs are kept; default: CODENODE_DATA_DIR, else the nearest .codenode'),
  new Option('--packages-dir <folder>', 'default: CODENODE_PACKAGES_DIR, else beside the installation'),
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
const jsonOption = new Option('--json', 'print only JSON to standard output')

const exitCodesHelp = `
Exit codes: 0 success, 1 the code failed, 2 usage or configuration, 3 platform, 130 cancelled.
A failure that the node's error strategy handles (status exception) is a success.`

const runHelp = `
FILE is a Code node (.yml, .yaml, .json: its settings, or the node of a Dify export), a workflow (a Dify
export), or a program (.py, .js, .ts) that defines main; all that the main of a program returns is kept.

  --input n=5           a number, as 5 is JSON
  --input text=hello    text, as hello is not JSON
  --input zip:=02134    text, whatever it looks like
  --inputs data.json    an object with all inputs (JSON or YAML); - reads standard input

Logs are shown on standard error during the run. Ctrl-C cancels the run.

A workflow's inputs are the variables of its start node. Its run is kept: codenode rerun runs one of
its nodes again, codenode replay all of it. With --only-code an input is node.variable, or a variable's own name.

Nodes of types that do not run here (llm, tool, http-request …) need stand-ins, which give their outputs instead.

  --write-stand-ins stand-ins.yml   a file to be filled, with made-up values
  --stand-ins stand-ins.yml         runs with it; --stand-ins made takes made-up values for all
  --stand-in 'Ask.text=hello'       one output of a node, by its id or title; --stand-in 'Ask=made' makes up all of them
  --stand-ins-from RUN              what they gave in a past run
${exitCodesHelp}`

const rerunHelp = `
RUN is the id that codenode run printed. NODE is a node's id or title. The node gets its recorded inputs again;
--input and --inputs change some of them. Secrets are not kept: --input env.NAME=… gives them again.
${exitCodesHelp}`

const serveHelp = `
Without an API key (CODENODE_API_KEYS) it listens on this machine only. On SIGTERM or Ctrl-C it accepts no more runs,
lets active runs finish for a while (CODENODE_STOP_MS) and exits with 0. A second signal stops it at once.`

const configHelp = `
A value comes from an option, a variable of the environment, codenode.yaml, or is the default, in that order. Keys are
counted, not shown. A wrong configuration is told with everything that is wrong, and ends with 2.`

/** Each command is loaded when it is called, so that none waits for what only another needs. */
function buildProgram(end: (exitCode: ExitCode) => void): Command {
  const program = new Command('codenode')
    .description('Runs Code nodes and workflows: Python, JavaScript and TypeScript, each run in its own sandbox.')
    .version(readVersion())
    .addHelpText('after', exitCodesHelp)
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
    .addHelpText('after', runHelp)
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
    .addHelpText('after', rerunHelp)
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
    .addHelpText('after', exitCodesHelp)
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
    .addHelpText('after', serveHelp)
    .action(async (options: ServeOptions) => {
      const { serveCommand } = await import('./serve-command.ts')
      end(await serveCommand(options, readVersion()))
    })
  program
    .command('config')
    .description('print every setting in force, and where it comes from')
    .addOption(jsonOption)
    .addHelpText('after', configHelp)
    .action(async (options: ConfigOptions) => {
      const { configCommand } = await import('./config-command.ts')
      end(await configCommand(options))
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
    .action(async (options: Omit<McpCommandOptions, 'version'>) => {
      const { mcpCommand } = await import('./mcp-command.ts')
      end(await mcpCommand({ ...options, version: readVersion() }))
    })
  program
    .command('bench')
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
  for (const command of [...program.commands, ...packages.commands]) {
    // The benchmark has options of its own.
    if (command.name() !== 'bench') for (const option of placeOptions) command.addOption(option)
  }
  return program
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

async function main(argv: readonly string[]): Promise<void> {
  const stderr = openTerminal(process.stderr)
  // Not process.exit: what was written must get out first.
  const end = (exitCode: ExitCode): void => {
    process.exitCode = exitCode
  }
  // `codenode run x | head`: nobody reads on, and that is no failure.
  process.stdout.on('error', (error: NodeJS.ErrnoException) =>
    process.exit(error.code === 'EPIPE' ? 0 : exitCodes.platform),
  )
  try {
    await buildProgram(end).parseAsync(argv)
  } catch (error) {
    if (error instanceof CommanderError) return end(error.exitCode === 0 ? exitCodes.success : exitCodes.usage)
    if (argv.includes('--json')) process.stdout.write(`${errorToJson(error)}\n`)
    end(reportError(error, stderr))
  }
}

function readVersion(): string {
  // Our own manifest.
  return (JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string })
    .version
}

await main(process.argv)
