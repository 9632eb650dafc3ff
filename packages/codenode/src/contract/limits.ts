type LimitEntry<Value> = {
  default: Value
  min: Value & (number | bigint)
  max: Value & (number | bigint)
  /** The environment variable; where there are two, the first one that is set counts. */
  env: readonly { name: string; unit?: 'seconds' }[]
  summary: string
}

const whole = (entry: LimitEntry<number>): LimitEntry<number> => entry
const big = (entry: LimitEntry<bigint>): LimitEntry<bigint> => entry
/** A limit that is off unless it is set. */
const optional = (entry: LimitEntry<number | null>): LimitEntry<number | null> => entry

const mebibyte = 2 ** 20
const farthest = 10n ** 400n

/** Every limit of the service: default, what may be set, and the names under which the environment sets it. */
export const limitTable = {
  wallMs: whole({
    default: 15_000,
    min: 1,
    max: 3_600_000,
    env: [{ name: 'CODENODE_WALL_MS' }, { name: 'WORKER_TIMEOUT', unit: 'seconds' }],
    summary: 'Wall time of a run, in ms. `WORKER_TIMEOUT` is in seconds.',
  }),
  cpuMs: whole({
    default: 30_000,
    min: 1,
    max: 7_200_000,
    env: [{ name: 'CODENODE_CPU_MS' }],
    summary: 'CPU time of a run over all its threads, in ms. Twice the wall time unless it is set.',
  }),
  memoryMb: whole({
    default: 512,
    min: 16,
    max: 1_048_576,
    env: [{ name: 'CODENODE_MEMORY_MB' }],
    summary: 'Memory that a run adds to the interpreter it was forked from, in MiB.',
  }),
  tmpMb: whole({
    default: 64,
    min: 0,
    max: 65_536,
    env: [{ name: 'CODENODE_TMP_MB' }],
    summary:
      'The private `/tmp` that a node may ask for, in MiB. It is in memory, part of what `memoryMb` allows, and gone with the run. A node has none unless it asks; 0 allows none.',
  }),
  threads: whole({
    default: 64,
    min: 1,
    max: 4096,
    env: [{ name: 'CODENODE_THREADS' }],
    summary: 'Threads of a run.',
  }),
  openFiles: whole({
    default: 64,
    min: 16,
    max: 65_536,
    env: [{ name: 'CODENODE_OPEN_FILES' }],
    summary: 'Open descriptors of a run.',
  }),
  codeBytes: whole({
    default: mebibyte,
    min: 1,
    max: 8 * mebibyte,
    env: [{ name: 'CODENODE_CODE_BYTES' }],
    summary: 'The source text, in bytes of UTF-8.',
  }),
  inputBytes: whole({
    default: 10 * mebibyte,
    min: 2,
    max: 48 * mebibyte,
    env: [{ name: 'CODENODE_INPUT_BYTES' }],
    summary: 'All inputs together, in bytes of JSON.',
  }),
  resultBytes: whole({
    default: 10 * mebibyte,
    min: 2,
    max: 64 * mebibyte,
    env: [{ name: 'CODENODE_RESULT_BYTES' }],
    summary: 'The whole result, in bytes of JSON.',
  }),
  maxValues: whole({
    default: 250_000,
    min: 1,
    max: 16 * mebibyte,
    env: [{ name: 'CODENODE_MAX_VALUES' }],
    summary: 'Values in the result: strings, numbers, arrays, objects and everything in them.',
  }),
  logBytes: whole({
    default: mebibyte,
    min: 0,
    max: 64 * mebibyte,
    env: [{ name: 'CODENODE_LOG_BYTES' }],
    summary:
      'Kept logs of a run and all its tries, stdout and stderr each, in bytes; what comes after is cut with a mark.',
  }),
  maxStringLength: whole({
    default: 400_000,
    min: 1,
    max: 64 * mebibyte,
    env: [{ name: 'CODE_MAX_STRING_LENGTH' }],
    summary: 'A string in the result, in Unicode code points, inclusive.',
  }),
  minNumber: big({
    default: -(2n ** 63n),
    min: -farthest,
    max: farthest,
    env: [{ name: 'CODE_MIN_NUMBER' }],
    summary: 'The smallest number in the result, inclusive.',
  }),
  maxNumber: big({
    default: 2n ** 63n - 1n,
    min: -farthest,
    max: farthest,
    env: [{ name: 'CODE_MAX_NUMBER' }],
    summary: 'The largest number in the result, inclusive.',
  }),
  maxPrecision: whole({
    default: 20,
    min: 0,
    max: 400,
    env: [{ name: 'CODE_MAX_PRECISION' }],
    summary: 'Decimal places of the shortest decimal form of a number.',
  }),
  maxDepth: whole({
    default: 5,
    min: 1,
    max: 200,
    env: [{ name: 'CODE_MAX_DEPTH' }],
    summary: 'Levels of nesting; the returned object is level 1.',
  }),
  maxStringArrayLength: optional({
    default: null,
    min: 1,
    max: 64 * mebibyte,
    env: [{ name: 'CODE_MAX_STRING_ARRAY_LENGTH' }],
    summary: 'Items of an array of strings. None by default.',
  }),
  maxObjectArrayLength: optional({
    default: null,
    min: 1,
    max: 64 * mebibyte,
    env: [{ name: 'CODE_MAX_OBJECT_ARRAY_LENGTH' }],
    summary: 'Items of an array of objects. None by default.',
  }),
  maxNumberArrayLength: optional({
    default: null,
    min: 1,
    max: 64 * mebibyte,
    env: [{ name: 'CODE_MAX_NUMBER_ARRAY_LENGTH' }],
    summary: 'Items of an array of numbers. None by default.',
  }),
}

export type LimitName = keyof typeof limitTable

/** What the service allows. */
export type ServerLimits = { [Name in LimitName]: (typeof limitTable)[Name]['default'] }

/** The limits of what `main` returns. */
export type OutputLimits = Pick<
  ServerLimits,
  | 'maxValues'
  | 'maxStringLength'
  | 'minNumber'
  | 'maxNumber'
  | 'maxPrecision'
  | 'maxDepth'
  | 'maxStringArrayLength'
  | 'maxObjectArrayLength'
  | 'maxNumberArrayLength'
>

// Object.keys knows only strings; the keys are exactly the names.
export const limitNames = Object.keys(limitTable) as LimitName[]

/** The limits with nothing set. */
export const defaultLimits: Readonly<ServerLimits> = Object.freeze(buildDefaults())

/** What a node can lower for itself. */
export const nodeLimitNames = [
  'wallMs',
  'cpuMs',
  'memoryMb',
  'tmpMb',
  'threads',
  'openFiles',
  'resultBytes',
  'logBytes',
] as const

export type NodeLimits = { [Name in (typeof nodeLimitNames)[number]]?: number | undefined }

/**
 * The limits of one attempt: the server's, lowered by the node's. A node that asks for more gets the server's limit;
 * `notRaised` names those. There is no /tmp unless the node asks for one.
 */
export function toRunLimits(
  server: ServerLimits,
  node: NodeLimits | null | undefined,
): { limits: RunLimits; notRaised: { name: string; asked: number; allowed: number }[] } {
  const notRaised: { name: string; asked: number; allowed: number }[] = []
  const lower = (name: (typeof nodeLimitNames)[number]): number => {
    const asked = node?.[name]
    if (asked !== undefined && asked > server[name]) notRaised.push({ name, asked, allowed: server[name] })
    return Math.min(asked ?? server[name], server[name])
  }
  const memoryMb = lower('memoryMb')
  const tmpMb = node?.tmpMb === undefined ? 0 : lower('tmpMb')
  // Its files are memory of the run: what they may take, the rest of it may not.
  const mostTmpMb = Math.max(0, memoryMb - limitTable.memoryMb.min)
  if (tmpMb > mostTmpMb) notRaised.push({ name: 'tmpMb', asked: tmpMb, allowed: mostTmpMb })
  const tmpBytes = Math.min(tmpMb, mostTmpMb) * mebibyte
  const limits = {
    wallMs: lower('wallMs'),
    cpuMs: lower('cpuMs'),
    memoryBytes: memoryMb * mebibyte - tmpBytes,
    tmpBytes,
    threads: lower('threads'),
    openFiles: lower('openFiles'),
    resultBytes: lower('resultBytes'),
    logBytes: lower('logBytes'),
  }
  return { limits, notRaised }
}

function buildDefaults(): ServerLimits {
  // Each name gets the default of its own entry.
  return Object.fromEntries(limitNames.map((name) => [name, limitTable[name].default])) as ServerLimits
}

/** The limits of one attempt. */
export type RunLimits = {
  wallMs: number
  cpuMs: number
  /** What the run itself adds to the interpreter it was forked from, without its /tmp. */
  memoryBytes: number
  /** The size of its private /tmp; 0: none. */
  tmpBytes: number
  threads: number
  openFiles: number
  resultBytes: number
  /** Kept per stream; what goes beyond is dropped and marked. */
  logBytes: number
}
