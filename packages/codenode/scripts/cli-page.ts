import { type Command, Help, type Option } from 'commander'
import { buildProgram, nameOf } from '../src/cli/build-program.ts'
import { type ExitName, exitCodes, exitMeanings } from '../src/cli/exit-codes.ts'
import { describeExits, type HelpNotes, helpNotes } from '../src/cli/help-notes.ts'
import { code, fillTemplate, table } from './page.ts'

/** The text of docs/cli.md, made from the commands. */
export function cliPage(): string {
  const commands = listCommands()
  const shared = listShared(commands)
  return fillTemplate('cli.md', {
    options: tableOfOptions(shared),
    commands: commands.map((command) => describeCommand(command, shared)).join('\n'),
    exits: table(
      ['code', 'what it means'],
      // Object.keys knows only strings; the keys are exactly the names.
      (Object.keys(exitCodes) as ExitName[]).map((name) => [code(exitCodes[name]), exitMeanings[name]]),
    ),
  })
}

/** All commands, each before its own subcommands. */
export function listCommands(): Command[] {
  const below = (command: Command): Command[] => command.commands.flatMap((it) => [it, ...below(it)])
  return below(buildProgram(() => undefined))
}

/** What all commands take that have options at all; the benchmark hands everything on. */
function listShared(commands: readonly Command[]): Option[] {
  const [first = [], ...others] = commands.map((it) => it.createHelp().visibleOptions(it)).filter((it) => it.length > 0)
  return first.filter(({ flags }) => others.every((options) => options.some((it) => it.flags === flags)))
}

function describeCommand(command: Command, shared: readonly Option[]): string {
  const help = command.createHelp()
  const name = nameOf(command)
  const { notes, examples, exits }: HelpNotes = helpNotes[name]
  const args = help.visibleArguments(command).map((it) => [code(help.argumentTerm(it)), help.argumentDescription(it)])
  const options = help.visibleOptions(command).filter(({ flags }) => shared.every((it) => it.flags !== flags))
  const parts = [
    `## codenode ${name}`,
    `${toSentence(command.description())}`,
    fence([help.commandUsage(command)]),
    ...(args.length > 0 ? [table(['argument', 'what it is'], args)] : []),
    ...(options.length > 0 ? [tableOfOptions(options)] : []),
    ...notes.map((note) =>
      typeof note === 'string'
        ? note
        : table(
            ['for example', 'what it does'],
            note.map(([term, meaning]) => [code(term), meaning]),
          ),
    ),
    fence(examples.flatMap(([line, meaning]) => [`# ${meaning}`, line])),
    `Exit codes: ${describeExits(exits)}.`,
  ]
  return `${parts.map((part) => part.trimEnd()).join('\n\n')}\n`
}

const fence = (lines: readonly string[]): string => `\`\`\`sh\n${lines.join('\n')}\n\`\`\``

const toSentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`

function tableOfOptions(options: readonly Option[]): string {
  const help = new Help()
  return table(
    ['option', 'what it does'],
    options.map((option) => [code(option.flags), markNames(help.optionDescription(option))]),
  )
}

/** Descriptions of options are plain text. */
function markNames(text: string): string {
  return text.replaceAll(/CODENODE_[A-Z_]+|codenode\.yaml|\.codenode\b/g, code)
}
