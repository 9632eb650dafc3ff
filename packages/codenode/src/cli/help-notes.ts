import { type ExitName, exitCodes, exitMeanings } from './exit-codes.ts'

/** What a command's help says after its options, and docs/cli.md too: in Markdown, of which a terminal shows the text. */
export type HelpNotes = {
  /** Paragraphs, and rows of a term with what it means. */
  notes: readonly (string | readonly Row[])[]
  examples: readonly Row[]
  /** How it can end. */
  exits: readonly ExitName[]
}

type Row = readonly [term: string, meaning: string]

const everyExit = ['success', 'codeFailed', 'usage', 'platform', 'cancelled'] as const
const handled = 'A failure that the error strategy of the node handles (status `exception`) is a success.'

/** Of commands that another package brings. */
const inServer = 'This command is in the package `codenode-server`, which is installed beside `codenode`.'
const alsoServe = `${inServer} \`codenode-server\` is the same command.`

/** By the command's name below `codenode`; an empty one is codenode itself. */
export const helpNotes = {
  '': { notes: [handled], examples: [], exits: everyExit },
  run: {
    notes: [
      'FILE is a Code node (.yml, .yaml, .json: its settings, or the node of a Dify export), a workflow (a Dify\n' +
        'export), or a program (.py, .js, .ts) that defines `main`; all that the `main` of a program returns is kept.',
      [
        ['--input n=5', 'a number, as 5 is JSON'],
        ['--input text=hello', 'text, as hello is not JSON'],
        ['--input zip:=02134', 'text, whatever it looks like'],
        ['--inputs data.json', 'an object with all inputs (JSON or YAML); - reads standard input'],
      ],
      'Logs are shown on standard error during the run. Ctrl-C cancels the run.',
      'The inputs of a workflow are the variables of its start node. Its run is kept: `codenode rerun` runs one of its\n' +
        'nodes again, `codenode replay` all of it. With `--only-code` an input is `node.variable`, or the variable alone.',
      'Nodes of types that do not run here (llm, tool, http-request …) need stand-ins, which give their outputs instead.',
      [
        ['--write-stand-ins stand-ins.yml', 'a file to be filled, with made-up values'],
        ['--stand-ins stand-ins.yml', 'runs with it; `--stand-ins made` takes made-up values for all'],
        [
          `--stand-in 'Ask.text=hello'`,
          "one output of a node, by its id or title; `--stand-in 'Ask=made'` makes up all of them",
        ],
        ['--stand-ins-from RUN', 'what they gave in a past run'],
      ],
      handled,
    ],
    examples: [
      [`codenode run average.py --input 'numbers=[1, 2, 3.5]'`, 'a program'],
      ['codenode run node.yml --inputs data.json --json', 'a Code node; prints its record as JSON'],
      ['codenode run workflow.yml --input topic=tea --stand-ins made', 'a workflow whose models are not called'],
    ],
    exits: everyExit,
  },
  rerun: {
    notes: [
      'RUN is the id that `codenode run` printed. NODE is the id of a node, or its title. The node gets its recorded inputs\n' +
        'again; `--input` and `--inputs` change some of them. Secrets are not kept: `--input env.NAME=…` gives them again.',
      handled,
    ],
    examples: [[`codenode rerun RUN 'Months by weather' --input limit=3`, 'one node, with another input']],
    exits: everyExit,
  },
  replay: {
    notes: ['RUN is the id that `codenode run` printed. The workflow runs again with its recorded inputs.', handled],
    examples: [['codenode replay RUN --input topic=coffee', 'the whole run, with another input']],
    exits: everyExit,
  },
  serve: {
    notes: [
      alsoServe,
      'Without an API key (`CODENODE_API_KEYS`) it listens on this machine only. On SIGTERM it first\n' +
        'drains (`CODENODE_DRAIN_MS`), on Ctrl-C it does not. Then it accepts no more runs, lets active runs finish for a while\n' +
        '(`CODENODE_STOP_MS`) and exits with 0. Accepted runs that wait begin at the next start. A second signal stops it at once.',
    ],
    examples: [
      ['codenode serve', 'for this machine'],
      ['CODENODE_API_KEYS="$(openssl rand -hex 32)" codenode serve --host 0.0.0.0', 'for other machines'],
    ],
    exits: ['success', 'usage', 'platform', 'cancelled'],
  },
  config: {
    notes: [
      'A value comes from an option, a variable of the environment or `codenode.yaml`, in that order, or is the default.\n' +
        'Keys are counted, not shown. Of a wrong configuration all problems are listed.',
    ],
    examples: [
      ['codenode config', 'what the next service on this machine would work with'],
      ['codenode config --config /etc/codenode/codenode.yaml --json', 'of another file, for a script'],
    ],
    exits: ['success', 'usage'],
  },
  doctor: {
    notes: ['It starts sandboxes and has programs try to break each layer. It ends with 3 if one does not hold.'],
    examples: [['codenode doctor --isolation landlock+seccomp', 'whether the weaker level holds here']],
    exits: ['success', 'usage', 'platform'],
  },
  packages: {
    notes: [],
    examples: [['codenode packages --json', 'names, versions and what imports them']],
    exits: ['success', 'usage'],
  },
  'packages install': {
    notes: [
      'What changes is built beside what is there, and takes its place when all is complete. A running service keeps the\n' +
        'packages it started with.',
    ],
    examples: [['codenode packages install --packages-dir /opt/codenode/packages', 'into a folder of its own']],
    exits: ['success', 'usage', 'platform'],
  },
  history: {
    notes: [`A service keeps its runs in \`history.sqlite\` in the data folder. ${inServer}`],
    examples: [['codenode history backup history-copy.sqlite', 'a copy of all runs']],
    exits: ['success', 'usage'],
  },
  'history backup': {
    notes: [
      'The copy holds all runs as they are at one moment, and only its owner can read it. To restore it, stop the service,\nremove `history.sqlite` and the files beside it that begin with the same name, and put the copy there.',
    ],
    examples: [['codenode history backup /backup/history-$(date +%F).sqlite', 'a copy a day, by cron']],
    exits: ['success', 'usage', 'platform'],
  },
  'history export': {
    notes: [
      'Each line is one run: its client, its request and its record. Runs in progress are left out. With several options a\nrun has to fit all of them; without one all runs are written.',
    ],
    examples: [['codenode history export --before 2026-01-01T00:00:00Z runs.jsonl', 'the runs of earlier years']],
    exits: ['success', 'usage', 'platform'],
  },
  'history delete': {
    notes: [
      'With several options a run has to fit all of them. Runs in progress stay. With the service stopped the file is written\nanew, so that nothing of them is left in it; copies of it are yours to delete.',
    ],
    examples: [
      ['codenode history delete --client key_0123456789ab --all', 'all that an API key ran'],
      ['codenode history delete --run run_… --run run_…', 'two runs'],
    ],
    exits: ['success', 'usage', 'platform'],
  },
  mcp: {
    notes: ['It serves until its standard input ends. Only the protocol is on the standard output.', inServer],
    examples: [['codenode mcp', 'the command of an MCP server in an agent']],
    exits: ['success', 'usage', 'platform', 'cancelled'],
  },
  demo: {
    notes: [
      'Runs Code nodes and a workflow on public data, and checks what comes out: a test of the installation, too. Where the\n' +
        'standard packages are missing, it installs them first.',
    ],
    examples: [['codenode demo', 'all of it']],
    exits: ['success', 'codeFailed', 'usage', 'platform', 'cancelled'],
  },
  bench: {
    notes: ['The arguments go to the benchmark.'],
    examples: [['codenode bench', 'all measurements']],
    exits: ['success', 'codeFailed', 'usage', 'platform', 'cancelled'],
  },
} as const satisfies Record<string, HelpNotes>

export type CommandName = keyof typeof helpNotes

/** The notes of a command for a terminal. */
export function drawHelpNotes(name: CommandName): string {
  const { notes, examples, exits }: HelpNotes = helpNotes[name]
  const blocks = notes.map((note) => (typeof note === 'string' ? toPlain(note) : drawRows(note)))
  if (examples.length > 0) blocks.push(`Examples:\n${drawRows(examples)}`)
  return `\n${[...blocks, `Exit codes: ${describeExits(exits)}.`].join('\n\n')}`
}

/** `0 success, 2 usage or configuration`. */
export function describeExits(exits: readonly ExitName[]): string {
  return exits.map((exit) => `${exitCodes[exit]} ${exitMeanings[exit]}`).join(', ')
}

function drawRows(rows: readonly Row[]): string {
  const width = Math.max(...rows.map(([term]) => term.length))
  return rows.map(([term, meaning]) => `  ${term.padEnd(width)}   ${toPlain(meaning)}`).join('\n')
}

const toPlain = (markdown: string): string => markdown.replaceAll('`', '')
