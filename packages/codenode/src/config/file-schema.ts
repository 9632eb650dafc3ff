import * as z from 'zod'
import { isolationLevels } from '../contract/isolation.ts'
import { bigIntegerForms } from '../contract/node-words.ts'

/** `polars==1.2`, `polars[all]>=1,<2`: a name and versions, never an option, a path or an address. */
const pythonRequirement = z
  .string()
  .regex(
    /^[A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?(?:\[[\w., -]+\])? *(?:[=<>!~]=?=? *[\w.*+!-]+(?: *, *[=<>!~]=?=? *[\w.*+!-]+)*)?$/,
    'must be a name and a version such as polars==1.2.0.',
  )
/** `left-pad@1`, `@scope/name@^2.1`. */
const javascriptRequirement = z
  .string()
  .regex(
    /^(?:@[a-z0-9~][\w.~-]*\/)?[a-z0-9~][\w.~-]*(?:@[\w.^~<>=|* -]+)?$/,
    'must be a name and a version such as left-pad@1.3.0.',
  )

export const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const

const count = (most: number) => z.int().min(0).max(most)

/** A day. */
export const maxWorkflowMs = 86_400_000

/** codenode.yaml. `limits` is read by the contract, which knows them. */
export const fileSchema = z.strictObject({
  dataDir: z.string().min(1).optional().describe('Where runs are kept. Relative to the file, which must be named.'),
  packagesDir: z
    .string()
    .min(1)
    .optional()
    .describe('Where the packages are. Relative to the file, which must be named.'),
  isolation: z.enum(isolationLevels).optional().describe('The weaker level is used only when it is named here.'),
  bigIntegers: z.enum(bigIntegerForms).optional().describe('What whole numbers beyond 2^53 are in JavaScript.'),
  timeZone: z.string().min(1).optional().describe('Local time of the code, such as Asia/Shanghai. Default: UTC.'),
  renewal: z
    .strictObject({ runs: count(100_000_000).min(1).optional(), hours: count(8760).min(1).optional() })
    .nullish()
    .describe('After how many runs or hours the interpreters are replaced by new ones.'),
  hosts: count(64)
    .optional()
    .describe('Threads that keep the sandbox apart from the thread that serves. Default: none up to four cores.'),
  spares: count(1000)
    .optional()
    .describe('Children forked ahead of need for each interpreter. Default: the cores, at least 8.'),
  maxRunning: count(1000).min(1).optional().describe('Runs at once.'),
  maxWaiting: count(1_000_000).optional().describe('Runs that wait beyond those.'),
  limits: z.unknown().optional(),
  workflowMs: count(maxWorkflowMs).min(1).optional().describe('Time for a whole workflow.'),
  host: z.string().min(1).optional().describe('Where the service listens.'),
  port: z.int().min(0).max(65535).optional().describe('0: any free one.'),
  apiKeys: z.array(z.string().min(1)).optional().describe('Requests must carry one of them.'),
  maxRunsPerKey: count(1_000_000).min(1).nullish().describe('Runs that one key may have in progress.'),
  maxWaitingMb: count(1_000_000)
    .min(1)
    .optional()
    .describe('Maximum memory of code and inputs of runs in progress, in MiB.'),
  metricsKey: z.string().min(1).nullish().describe('The only key that reads /metrics.'),
  corsOrigins: z.array(z.string().min(1)).optional().describe('Origins whose pages may call the service.'),
  history: z
    .strictObject({
      maxRuns: count(100_000_000).optional(),
      maxMb: count(100_000_000).min(1).optional(),
      maxAgeDays: z.number().positive().max(36_500).optional(),
      inputs: z.boolean().optional(),
    })
    .nullish()
    .describe('How long runs are kept, and whether with their inputs.'),
  stopMs: count(3_600_000).optional().describe('How long active runs may finish when the service stops.'),
  logLevel: z.enum(logLevels).optional(),
  traces: z
    .url({ protocol: /^https?$/ })
    .nullish()
    .describe('Where traces are sent, as OTLP over HTTP.'),
  packages: z
    .strictObject({
      python: z.array(pythonRequirement).optional(),
      javascript: z.array(javascriptRequirement).optional(),
    })
    .nullish()
    .describe('Packages added to the standard set.'),
})

export type FileSettings = z.infer<typeof fileSchema>
