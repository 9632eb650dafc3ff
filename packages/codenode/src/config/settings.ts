import { defaultIsolation, isolationLevels } from '../contract/isolation.ts'
import { type BigIntegers, bigIntegerForms } from '../contract/node-words.ts'
import { defaultHosts } from '../pool/options/default-hosts.ts'
import { toSpareRange } from '../pool/options/spare-target.ts'
import { defaultTimeZone, findTimeZone } from '../reading/time-zone.ts'
import { checkApiKeys, checkMetricsKey } from './check-keys.ts'
import { checkOrigins } from './check-origins.ts'
import { checkBasePath, checkProxies } from './check-proxy.ts'
import {
  javascriptRequirement,
  list,
  oneOf,
  path,
  positiveNumber,
  pythonRequirement,
  text,
  timeZone,
  webAddress,
  wholeNumber,
  yesOrNo,
} from './kinds.ts'
import { inSeconds, type SettingTable, setting } from './setting.ts'

// Every setting has one entry here, in the block and under the name that it has in codenode.yaml. The reader, the messages,
// `codenode config` and docs/configuration.md follow from it. The limits of runs are in contract/limits.ts.

const places = {
  dataDir: setting<string | undefined>({
    summary: 'Folder of the data: runs, history, sockets.',
    kind: path('a folder'),
    env: ['CODENODE_DATA_DIR'],
    default: undefined,
    defaultSays:
      'the nearest `.codenode` from the working folder upwards that nobody else can write, else that of the installation',
    mustBeNamed: true,
  }),
  packagesDir: setting<string | undefined>({
    summary: 'Folder of the packages that code can import. Their interpreters run on this machine.',
    kind: path('a folder'),
    env: ['CODENODE_PACKAGES_DIR'],
    default: undefined,
    defaultSays:
      '`packages` in a data folder that is named and has them, else `.codenode/packages` beside the installation',
    mustBeNamed: true,
  }),
}

const runs = {
  isolation: setting({
    summary: 'What every run is kept in. Nothing starts where it cannot be enforced; the weaker level must be named.',
    kind: oneOf(isolationLevels),
    env: ['CODENODE_ISOLATION'],
    default: defaultIsolation,
    isLooser: (level) => level !== defaultIsolation,
  }),
  maxRunning: setting({
    summary: 'Runs at once.',
    kind: wholeNumber(1, 1000),
    env: ['CODENODE_MAX_RUNNING', 'MAX_WORKERS'],
    default: (cores) => Math.max(4, 2 * cores),
    defaultSays: 'twice the cores, at least 4',
  }),
  maxWaiting: setting({
    summary: 'Runs that wait beyond those. Further ones are refused.',
    kind: wholeNumber(0, 1_000_000),
    env: ['CODENODE_MAX_WAITING', 'MAX_REQUESTS'],
    default: 1000,
  }),
  workflowMs: setting({
    summary: 'Time of a whole workflow, in ms.',
    // At most a day. The default is Dify's.
    kind: wholeNumber(1, 86_400_000),
    env: ['CODENODE_WORKFLOW_MS', inSeconds('WORKFLOW_MAX_EXECUTION_TIME', wholeNumber(1, 86_400))],
    default: 1_200_000,
  }),
  spares: setting<number | undefined>({
    summary: 'Children of each interpreter that are forked ahead of need.',
    kind: wholeNumber(0, 1000),
    env: ['CODENODE_SPARES'],
    default: undefined,
    defaultSays: 'as many as cores, at least 8, and up to 32 while runs need them; 1 for `codenode mcp`',
    inForce: (cores) => {
      const { least, most } = toSpareRange(undefined, cores)
      return least === most ? least : `${least} to ${most}, as runs need them`
    },
  }),
  hosts: setting<number | undefined>({
    summary: 'Threads that keep the sandbox apart from the thread that serves.',
    kind: wholeNumber(0, 64),
    env: ['CODENODE_HOSTS'],
    default: undefined,
    defaultSays: '0 up to four cores, else one for each eight cores',
    inForce: (cores) => defaultHosts(cores, 'service'),
  }),
  renewal: {
    runs: setting<number | undefined>({
      summary: 'Runs after which a new interpreter takes the place of one.',
      kind: wholeNumber(1, 100_000_000),
      env: ['CODENODE_RENEWAL_RUNS'],
      default: undefined,
      inForce: () => 10_000,
    }),
    hours: setting<number | undefined>({
      summary: 'Hours after which a new interpreter takes the place of one.',
      kind: wholeNumber(1, 8760),
      env: ['CODENODE_RENEWAL_HOURS'],
      default: undefined,
      inForce: () => 6,
    }),
  },
}

const code = {
  bigIntegers: setting<BigIntegers>({
    summary:
      'What whole numbers beyond 2^53 are in JavaScript: a `bigint` with all digits, or a rounded `number`, as in Dify. A node can say otherwise.',
    kind: oneOf(bigIntegerForms),
    env: ['CODENODE_JS_BIG_INTEGERS'],
    default: 'bigint',
  }),
  timeZone: setting({
    summary: 'Local time of the code.',
    kind: timeZone(),
    env: ['CODENODE_TZ'],
    general: {
      name: 'TZ',
      read: (TZ) => {
        const { timeZone: value, notice } = findTimeZone({ TZ })
        return notice === undefined ? { value } : { notice }
      },
    },
    default: defaultTimeZone,
  }),
  packages: {
    python: setting<readonly string[]>({
      summary: 'Python packages beside the standard set. `codenode packages install` installs them.',
      kind: list('a list of names with versions, such as polars==1.2.0', pythonRequirement),
      default: [],
      isLooser: () => true,
    }),
    javascript: setting<readonly string[]>({
      summary: 'JavaScript packages (npm) beside the standard set. `codenode packages install` installs them.',
      kind: list('a list of names with versions, such as left-pad@1.3.0', javascriptRequirement),
      default: [],
      isLooser: () => true,
    }),
  },
}

/** No other machine reaches these. */
const loopback = ['127.0.0.1', '::1', 'localhost']

const service = {
  host: setting({
    summary: 'Address on which the service listens. All others than those of this machine need an API key.',
    kind: text('an address of this machine, or a name of one'),
    env: ['CODENODE_HOST'],
    default: '127.0.0.1',
    isLooser: (host) => !loopback.includes(host),
  }),
  port: setting({
    summary: 'Port on which the service listens. 0 takes any free one.',
    kind: wholeNumber(0, 65_535),
    env: ['CODENODE_PORT', 'SANDBOX_PORT'],
    // That of dify-sandbox, so that only the host's name changes where this service takes its place.
    default: 8194,
  }),
  basePath: setting<string | null>({
    summary:
      'Path below which a proxy serves this service, such as `/codenode`. Links, the editor and the API document have it; requests may come with it or without.',
    kind: text('a path such as /codenode'),
    env: ['CODENODE_BASE_PATH'],
    default: null,
    defaultSays: 'none: the root',
    check: checkBasePath,
  }),
  trustedProxies: setting<readonly string[]>({
    summary:
      'Addresses of proxies whose `X-Forwarded-For` is believed, for the addresses in the log; `10.0.0.0/8` stands for many.',
    kind: list('a list of addresses, such as 127.0.0.1 or 10.0.0.0/8'),
    env: ['CODENODE_TRUSTED_PROXIES'],
    default: [],
    isLooser: () => true,
    check: checkProxies,
  }),
  drainMs: setting({
    summary:
      'Time for load balancers to send requests elsewhere, in ms: so long after SIGTERM the service still takes them, while `/readyz` and `/health` answer 503. Not for Ctrl-C.',
    kind: wholeNumber(0, 600_000),
    env: ['CODENODE_DRAIN_MS'],
    default: 5_000,
  }),
  stopMs: setting({
    summary:
      'Time that active runs have to finish when the service stops, in ms. Runs that wait are left to the next start.',
    kind: wholeNumber(0, 3_600_000),
    env: ['CODENODE_STOP_MS'],
    default: 10_000,
  }),
}

const clients = {
  apiKeys: setting<readonly string[]>({
    summary:
      'API keys. A request must carry one of them. Without any, only the user of the service and root can connect, from this machine.',
    kind: list('a list of keys, each of at least 16 characters'),
    env: ['CODENODE_API_KEYS', 'API_KEY'],
    default: [],
    isSecret: true,
    isLooser: () => true,
    check: checkApiKeys,
  }),
  keysFile: setting<string | null>({
    summary:
      'File of API keys with names, roles, expiry, limits and rates. The service reads it again on SIGHUP. Its keys count beside those of `apiKeys`.',
    kind: path('a file'),
    env: ['CODENODE_KEYS_FILE'],
    default: null,
    mustBeNamed: true,
  }),
  metricsKey: setting<string | null>({
    summary: 'Key that reads `/metrics` and nothing else. Where it is set, API keys do not read them.',
    kind: text('a key of at least 16 characters'),
    env: ['CODENODE_METRICS_KEY'],
    default: null,
    defaultSays: 'none: every API key with the role `metrics` reads them',
    isSecret: true,
    check: checkMetricsKey,
  }),
  maxRunsPerKey: setting<number | null>({
    summary: 'Runs that one key may have in progress.',
    kind: wholeNumber(1, 1_000_000),
    env: ['CODENODE_MAX_RUNS_PER_KEY'],
    default: null,
    defaultSays: 'half of `maxRunning` and `maxWaiting` together where there are several keys, else all',
  }),
  maxWaitingMb: setting({
    summary:
      'What code and inputs of all runs in progress may hold, in MiB. Requests that still arrive may hold half of it on top, and one key half of it where there are several.',
    kind: wholeNumber(1, 1_000_000),
    env: ['CODENODE_MAX_WAITING_MB'],
    default: 256,
  }),
  corsOrigins: setting<readonly string[]>({
    summary: 'Origins whose web pages may call the service.',
    kind: list('a list of origins, such as https://flows.example.org'),
    env: ['CODENODE_CORS_ORIGINS'],
    default: [],
    isLooser: () => true,
    check: checkOrigins,
  }),
}

const kept = {
  history: {
    maxRuns: setting({
      summary: 'Runs that are kept. The oldest go first.',
      kind: wholeNumber(0, 100_000_000),
      env: ['CODENODE_HISTORY_MAX_RUNS'],
      default: 10_000,
    }),
    maxMb: setting({
      summary: 'What kept runs may hold, in MiB. The oldest go first.',
      kind: wholeNumber(1, 100_000_000),
      env: ['CODENODE_HISTORY_MAX_MB'],
      default: 1024,
    }),
    maxAgeDays: setting({
      summary: 'Days for which a run is kept.',
      kind: positiveNumber(36_500),
      env: ['CODENODE_HISTORY_MAX_AGE_DAYS'],
      default: 30,
    }),
    inputs: setting<boolean>({
      summary: 'Whether runs are kept with their inputs. Without them a run cannot be replayed.',
      kind: yesOrNo(),
      default: true,
    }),
  },
}

export const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const
export type LogLevel = (typeof logLevels)[number]

const telemetry = {
  logLevel: setting<LogLevel>({
    summary: 'The least important lines that the log of the service has.',
    kind: oneOf(logLevels),
    env: ['CODENODE_LOG_LEVEL'],
    default: 'info',
  }),
  traces: setting<string | null>({
    summary: 'Where traces are sent, by OTLP over HTTP.',
    kind: webAddress('http://collector:4318/v1/traces'),
    env: ['CODENODE_TRACES'],
    default: null,
    defaultSays: 'nowhere',
    isLooser: () => true,
  }),
}

/** The groups, in the order in which they are read, listed and documented. Names occur once in all of them. */
export const settings = { places, runs, code, service, clients, kept, telemetry } satisfies Record<string, SettingTable>

export type GroupName = keyof typeof settings

export const groupTitles: Readonly<Record<GroupName, string>> = {
  places: 'Places',
  runs: 'Runs',
  code: 'Code',
  service: 'Service',
  clients: 'Clients',
  kept: 'Kept runs',
  telemetry: 'Logs and traces',
}

/** Programs that only the environment names, since a file that is found could name any. */
export const programVariables = {
  CODENODE_PYTHON: {
    summary: 'The Python that runs code, and into whose environment packages are installed.',
    defaultSays: 'that of the packages, else `python3`',
  },
  CODENODE_NODE: {
    summary: 'The Node.js that runs code, and the command where the one that started it is too old.',
    defaultSays: 'that of the installation',
  },
  CODENODE_BWRAP: { summary: 'The bubblewrap that makes the namespaces.', defaultSays: '`bwrap`' },
} as const

export type ProgramVariable = keyof typeof programVariables

// Object.keys knows only strings; the keys are exactly the names.
export const programNames = Object.keys(programVariables) as ProgramVariable[]

/** The variable that names the file. */
export const configVariable = 'CODENODE_CONFIG'
