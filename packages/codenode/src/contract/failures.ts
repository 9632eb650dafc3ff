import { listNames, type ToldIssues } from './issues.ts'
import type { OutputProblem, ShownValue } from './output-problems.ts'
import { describeProblem } from './output-problems.ts'
import { quote } from './values.ts'

/** Who can put it right: the author of the code, whoever configured the node or the service, the limits, or the operator. */
export type Blame = 'code' | 'configuration' | 'limit' | 'platform'

/** What workflows see as `error_type`; the names are Dify's. */
export type ErrorType = 'CodeExecutionError' | 'OutputValidationError' | 'DepthLimitError' | 'CodeNodeError'

/** Something wrong in a node, in inputs or in the configuration: where, what, and what is allowed. */
export type Issue = { path: string; message: string }

/** Something wrong in a workflow: `path` is the place in the document, `node` the node it belongs to, if it does. */
export type WorkflowIssue = Issue & {
  node: { id: string; title: string } | null
  /** The type of nodes that does not run here, and that need stand-ins. */
  nodeType?: string
  /** All nodes of that type, where they are told as one issue. */
  nodes?: { id: string; title: string }[]
}

type FailureEntry = {
  blame: Blame
  type: ErrorType
  /** Whether another try can end differently. */
  retry: boolean
  /** Status of an HTTP answer that is this failure alone; a record that holds it is answered with 200. */
  http: number
  /** The message, from the details that go with the code. */
  say: (details: never, named?: number) => string
  /** For the docs: what it means. */
  summary: string
  /** What to do: the hint of a failure that brings none of its own. */
  advice: string
}

type Crash = { exception?: string }
type OutputDetails = {
  problems: readonly OutputProblem[]
  problemCount: number
  /** What the result said instead of an output: its own `error` or `message` text. */
  returned?: { key: string; text: string }
  /** The first keys of what `main` returned, where an output is missing. */
  returnedKeys?: readonly string[]
  /** What `main` returned, shortened. */
  result?: ShownValue
}

const inTheCode = { blame: 'code', type: 'CodeExecutionError', http: 200 } as const
const pastALimit = { blame: 'limit', type: 'CodeExecutionError', retry: true, http: 200 } as const
const inTheResult = { blame: 'code', type: 'OutputValidationError', retry: true, http: 200 } as const
const pastAnOutputLimit = { blame: 'limit', type: 'OutputValidationError', retry: true, http: 200 } as const
const inTheRequest = { blame: 'configuration', type: 'CodeNodeError', retry: false } as const
const onThePlatform = { blame: 'platform', type: 'CodeExecutionError', retry: true } as const

/**
 * Every failure that Codenode can report. A code never changes its meaning; messages, retries, HTTP status and
 * docs/failures.md come from here.
 */
export const failures = {
  syntax_error: {
    ...inTheCode,
    retry: false,
    say: (p: { line?: number | null }) => `The code does not compile${p.line ? ` (line ${p.line})` : ''}.`,
    summary: 'The code does not compile.',
    advice: 'Fix the line in the message.',
  },
  main_missing: {
    ...inTheCode,
    retry: false,
    say: (p: { defined?: readonly string[] }) =>
      `The code does not define a function named main.${p.defined?.length ? ` It defines ${p.defined.join(', ')}.` : ''}`,
    summary: 'The code does not define a function named `main`.',
    advice: 'Define `main`. It takes the inputs and returns an object with the declared outputs.',
  },
  signature_mismatch: {
    ...inTheCode,
    retry: false,
    say: (p: { parameters?: readonly string[]; inputs?: readonly string[] }) =>
      `The parameters of main (${listed(p.parameters)}) do not fit the inputs (${listed(p.inputs)}).`,
    summary: 'The parameters of a Python `main` and the input variables have different names.',
    advice: 'Give main a parameter for each input variable, with the same name, or `**kwargs`.',
  },
  code_threw: {
    ...inTheCode,
    retry: true,
    say: (p: Crash) => `The code ended with an exception${p.exception ? `: ${p.exception}` : ''}.`,
    summary: 'The code threw an exception.',
    advice: 'Fix the line that the traceback shows, or catch the exception. You can also add a retry or a fail branch.',
  },
  code_exited: {
    ...inTheCode,
    retry: true,
    say: (p: { exitCode?: number | null }) =>
      `The code ended the process before main returned${p.exitCode == null ? '' : ` (exit code ${p.exitCode})`}.`,
    summary: 'The program ended before `main` returned: `sys.exit`, `process.exit`, or a promise that never settles.',
    advice: 'Return from main instead of ending the process. Check that every awaited promise settles.',
  },
  code_crashed: {
    ...inTheCode,
    retry: true,
    say: (p: { signal?: string | null }) => `The process of the code was killed${p.signal ? ` by ${p.signal}` : ''}.`,
    summary:
      'The process died of a signal, for example a segmentation fault in native code. (An abort shows as SIGSEGV on x64 and as SIGTRAP on arm64: a run is process 1 of its namespace, which ignores SIGABRT.)',
    advice: 'Look for very deep recursion or for native code (ctypes, an extension module) that crashes.',
  },
  module_not_found: {
    ...inTheCode,
    retry: true,
    say: (p: { module?: string; close?: readonly string[] }) =>
      `${p.module ? `The package ${quote(p.module)}` : 'A package that the code imports'} is not installed.` +
      (p.close?.length ? ` Did you mean ${orOf(p.close)}?` : ''),
    summary: 'The code imports a package that is not installed.',
    advice:
      '`codenode packages` lists what is installed. The operator can add a package under `packages` in codenode.yaml and install it with `codenode packages install`.',
  },
  operation_blocked: {
    ...inTheCode,
    retry: true,
    say: (p: { operation?: string; what?: string }) =>
      `The sandbox blocked ${p.what ? `an attempt to ${p.what}` : `an operation${p.operation ? ` (${p.operation})` : ''}`}.`,
    summary: 'The code tried something that the sandbox blocks: a file, the network or another process.',
    advice: 'Pass the data in as an input. Use another node for requests and files.',
  },
  wall_time_exceeded: {
    ...pastALimit,
    say: (p: { wallMs: number }) => `The code ran longer than ${p.wallMs} ms.`,
    summary: 'The code ran longer than the wall time limit.',
    advice:
      'Do less in one run, look for an endless loop, or raise the limit (`limits.wallMs` of the node, `CODENODE_WALL_MS` of the service).',
  },
  cpu_time_exceeded: {
    ...pastALimit,
    say: (p: { cpuMs: number }) => `The code used more than ${p.cpuMs} ms of CPU time.`,
    summary: 'The code used more CPU time than allowed, counted over all its threads.',
    advice:
      'Do less in one run, use fewer threads, or raise the limit (`limits.cpuMs` of the node, `CODENODE_CPU_MS` of the service).',
  },
  memory_exceeded: {
    ...pastALimit,
    say: (p: { memoryBytes?: number }) =>
      `The code needed more memory than allowed${p.memoryBytes ? ` (${mebibytes(p.memoryBytes)})` : ''}.`,
    summary: 'The code needed more memory than allowed.',
    advice:
      'Work on smaller pieces, or raise the limit (`limits.memoryMb` of the node, `CODENODE_MEMORY_MB` of the service).',
  },
  threads_exceeded: {
    ...pastALimit,
    say: (p: { threads?: number }) =>
      `The code started more threads than allowed${p.threads ? ` (${p.threads})` : ''}.`,
    summary: 'The code started more threads than allowed.',
    advice:
      'Use a smaller pool of threads, or raise the limit (`limits.threads` of the node, `CODENODE_THREADS` of the service).',
  },
  open_files_exceeded: {
    ...pastALimit,
    say: (p: { openFiles?: number }) =>
      `The code had more files open than allowed${p.openFiles ? ` (${p.openFiles})` : ''}.`,
    summary: 'The code had more descriptors open than allowed.',
    advice:
      'Close what is no longer needed, or raise the limit (`limits.openFiles` of the node, `CODENODE_OPEN_FILES` of the service).',
  },
  result_too_large: {
    ...pastAnOutputLimit,
    say: (p: { resultBytes: number }) => `The result is larger than ${mebibytes(p.resultBytes)} of JSON.`,
    summary: 'The result, written as JSON, is larger than allowed.',
    advice:
      'Return only what later nodes need, or raise the limit (`limits.resultBytes` of the node, `CODENODE_RESULT_BYTES` of the service).',
  },
  result_too_many_values: {
    ...pastAnOutputLimit,
    say: (p: { maxValues: number }) => `The result has more than ${p.maxValues} values.`,
    summary: 'The result has more strings, numbers, arrays and objects than allowed, counted on all levels.',
    advice:
      'Return fewer rows, or all of them as one string (`json.dumps`, `JSON.stringify`, CSV), or raise the limit (`CODENODE_MAX_VALUES`).',
  },
  code_too_large: {
    blame: 'limit',
    type: 'CodeNodeError',
    retry: false,
    http: 413,
    say: (p: { bytes: number; codeBytes: number }) =>
      `The code is ${p.bytes} bytes long; ${p.codeBytes} bytes are allowed.`,
    summary: 'The source text of the code is larger than allowed.',
    advice: 'Pass data in as an input instead of writing it into the code, or raise the limit (`CODENODE_CODE_BYTES`).',
  },
  inputs_too_large: {
    blame: 'limit',
    type: 'CodeNodeError',
    retry: false,
    http: 413,
    say: (p: { inputBytes: number }) => `The inputs are larger than ${mebibytes(p.inputBytes)} of JSON.`,
    summary: 'The inputs together, written as JSON, are larger than allowed.',
    advice:
      'Pass only what the code needs (a selector can name a nested key), or raise the limit (`CODENODE_INPUT_BYTES`).',
  },
  result_not_object: {
    ...inTheResult,
    say: (p: { found?: string }) =>
      `main returned ${p.found ?? 'something else'} instead of an object with the outputs.`,
    summary: '`main` did not return a dictionary or an object.',
    advice: 'Return a dictionary (Python) or an object (JavaScript) whose keys are the declared outputs.',
  },
  result_not_serializable: {
    ...inTheResult,
    say: (p: { problems?: readonly { path: string; found: string }[] }) =>
      `The result holds values that JSON cannot express.${lines((p.problems ?? []).map((it) => `${it.path} is ${it.found}`))}`,
    summary: 'The result holds values that JSON cannot express: a function, a cycle, an object of an unknown class.',
    advice: 'Convert them in code, for example to a string or a list. The message names each path.',
  },
  result_malformed: {
    ...inTheResult,
    say: (p: { reason?: string }) =>
      `The result that the process sent cannot be read.${p.reason ? ` ${p.reason}` : ''}`,
    summary: 'What the process sent as its result is not JSON. Ordinary code cannot cause this.',
    advice: 'Do not write to descriptors that the code did not open.',
  },
  output_undeclared: {
    blame: 'code',
    type: 'CodeNodeError',
    retry: true,
    http: 200,
    say: (p: { paths: readonly string[] }) =>
      `The result holds what is not declared as an output: ${listNames(p.paths)}.`,
    summary:
      'The code of a node with an error strategy returned more than the declared outputs, which fails the node as in Dify. Without an error strategy the surplus is dropped with a warning.',
    advice: 'Declare the outputs, or do not return them.',
  },
  output_missing: {
    ...inTheResult,
    say: sayOutputs,
    summary:
      'A declared output is missing in the result. The message quotes a string under `error` or `message` in the result.',
    advice: 'Return every declared output on every path, also after an error. null is allowed.',
  },
  output_wrong_type: {
    ...inTheResult,
    say: sayOutputs,
    summary:
      'An output does not have its declared type. Only true and false are converted, to 1 and 0 where a number is declared.',
    advice: 'Convert it in code, or change the declared type.',
  },
  output_too_long: {
    ...pastAnOutputLimit,
    say: sayOutputs,
    summary: 'A string has too many characters (code points), or an array has too many items.',
    advice: 'Return less, or raise the limit (`CODE_MAX_STRING_LENGTH`, `CODE_MAX_STRING_ARRAY_LENGTH`, …).',
  },
  output_out_of_range: {
    ...pastAnOutputLimit,
    say: sayOutputs,
    summary: 'A number is outside the allowed range, by default that of 64-bit integers.',
    advice: 'Return large numbers as strings, or raise the limits (`CODE_MIN_NUMBER`, `CODE_MAX_NUMBER`).',
  },
  output_too_precise: {
    ...pastAnOutputLimit,
    say: sayOutputs,
    summary: 'The shortest decimal form of a number has more places than allowed, by default 20.',
    advice: 'Round the number, return it as a string, or raise the limit (`CODE_MAX_PRECISION`).',
  },
  output_too_deep: {
    blame: 'limit',
    type: 'DepthLimitError',
    retry: true,
    http: 200,
    say: sayOutputs,
    summary:
      'The result is nested too deep: by default more than 5 levels. The returned object is level 1, each object inside adds one, an array only when it stands directly in another array.',
    advice: 'Flatten the result, return the deep part as a JSON string, or raise the limit (`CODE_MAX_DEPTH`).',
  },
  node_invalid: {
    ...inTheRequest,
    http: 422,
    say: sayIssues('The settings of the node are wrong.'),
    summary: 'The settings of a node are wrong. Nothing was run.',
    advice: 'Fix the listed issues. Each names the path, what is wrong and what is allowed.',
  },
  workflow_invalid: {
    ...inTheRequest,
    http: 422,
    say: (p: ToldIssues<WorkflowIssue>, named?: number) =>
      `The workflow cannot be run.${lines(p.issues.map(describeWorkflowIssue), p.issueCount, named)}`,
    summary: 'A workflow has mistakes or uses something that is not supported. Nothing was run.',
    advice:
      'Fix the listed issues. Each names the path, the node, what is wrong and what is allowed. Give stand-ins for nodes of types that do not run here (docs/workflows.md), or run only the Code nodes (`--only-code`).',
  },
  workflow_time_exceeded: {
    ...pastALimit,
    say: (p: { wallMs: number }) => `The workflow ran longer than ${p.wallMs} ms.`,
    summary: 'A workflow ran longer than its total time limit. Nodes that were still running were cancelled.',
    advice: 'Do less in one run, let iterations run in parallel, or raise the limit (`CODENODE_WORKFLOW_MS`).',
  },
  workflow_too_large: {
    ...pastALimit,
    type: 'CodeNodeError',
    retry: false,
    say: (p: { totalBytes: number }) =>
      `The results and logs of the workflow are larger than ${mebibytes(p.totalBytes)}.`,
    summary: 'The results and logs of all programs of a workflow run are together larger than allowed.',
    advice:
      'Return only what later nodes need, run the workflow on smaller pieces, or raise the limit (`totalBytes` of `runWorkflow`).',
  },
  template_failed: {
    ...inTheCode,
    retry: false,
    say: (p: { reason?: string; line?: number | null }) =>
      `The template cannot be rendered${p.line ? ` (line ${p.line})` : ''}.${p.reason ? ` ${p.reason}` : ''}`,
    summary: 'A Jinja2 template has a mistake, or failed while it was rendered.',
    advice: "Fix the template line in the message. Templates run in Jinja2's sandboxed environment.",
  },
  comparison_impossible: {
    ...inTheCode,
    retry: false,
    say: (p: { variable: string; operator: string; found: string; allowed: string }) =>
      `${p.variable} is ${p.found}; the operator "${p.operator}" needs ${p.allowed}.`,
    summary: 'A condition compares values that its operator cannot compare.',
    advice: 'Choose another operator, or convert the value in a Code node before it.',
  },
  iterator_not_list: {
    ...inTheCode,
    retry: false,
    say: (p: { variable: string; found: string }) => `${p.variable} is ${p.found}; an iteration needs an array.`,
    summary: 'The input of an iteration is not an array.',
    advice: 'Choose an array variable, or build an array in a Code node before it.',
  },
  iteration_item_failed: {
    ...inTheCode,
    retry: true,
    say: (p: { index: number; failed: number; count: number; reason: string }) =>
      `${p.failed} of ${p.count} items failed. Item ${p.index + 1}: ${p.reason}`,
    summary: 'A node inside an iteration failed for at least one item.',
    advice:
      'The record of the item shows why. Give the inner node an error strategy, or let the iteration continue (`error_handle_mode`).',
  },
  stand_in_missing: {
    ...inTheRequest,
    http: 422,
    say: (p: { items: readonly number[] }) =>
      `The stand-in of the node has no outputs for item ${p.items
        .map((item) => item + 1)
        .reverse()
        .join(' of item ')}.`,
    summary: 'A node inside an iteration is stood in for by a list, which has no outputs for an item that ran.',
    advice: 'Give the list one entry for each item, or one object that holds for all items.',
  },
  rerun_refused: {
    ...inTheRequest,
    http: 422,
    say: (p: { nodeId: string; reason: string }) => `The node ${quote(p.nodeId)} cannot be run again: ${p.reason}`,
    summary: 'The node of a past run cannot be run again on its own.',
    advice: 'Only Code, template and if-else nodes that ran can be run again. Replay the whole workflow for others.',
  },
  replay_refused: {
    ...inTheRequest,
    http: 422,
    say: (p: { runId: string; reason: string }) => `The run ${quote(p.runId)} cannot be replayed: ${p.reason}`,
    summary: 'A past run cannot be run again as it was.',
    advice: 'Runs of workflows whose inputs were kept (`history.inputs` in codenode.yaml) can be replayed.',
  },
  inputs_invalid: {
    ...inTheRequest,
    http: 422,
    say: sayIssues('The inputs are wrong.'),
    summary:
      'The inputs are not an object, have values that JSON cannot express, or lack a secret that was masked. Nothing was run.',
    advice:
      'Pass an object with variable names as keys and JSON as values. Where a run is run again, give its secrets too: they are not kept.',
  },
  configuration_invalid: {
    ...inTheRequest,
    http: 500,
    say: sayIssues('The configuration is wrong.'),
    summary: 'The configuration of the service is wrong. It does not start.',
    advice: 'Fix the listed issues.',
  },
  tmp_unavailable: {
    ...inTheRequest,
    http: 422,
    say: (p: { level?: string }) =>
      `The node asks for a private /tmp (limits.tmpMb), which the isolation level${p.level ? ` ${p.level}` : ''} of this service cannot give: it takes a mount namespace.`,
    summary:
      'The node asks for a private `/tmp`, and the isolation level of the service has no mount namespaces to give it in.',
    advice:
      'Remove `limits.tmpMb` and keep the data in memory, or run the service at the level `namespaces+landlock+seccomp`.',
  },
  cancelled: {
    ...inTheRequest,
    type: 'CodeExecutionError',
    http: 499,
    say: always('The run was cancelled.'),
    summary: 'The caller cancelled the run.',
    advice: 'Nothing is wrong. Run it again if you still need the result.',
  },
  pool_full: {
    ...onThePlatform,
    http: 503,
    say: (p: { waiting?: number; bytes?: number; unread?: number }) => {
      if (p.unread !== undefined) {
        return `Unread answers exceed ${mebibytes(p.unread)}. Read them, or try again later.`
      }
      return p.bytes === undefined
        ? `Too many runs are waiting for a sandbox${p.waiting === undefined ? '' : ` (${p.waiting})`}. Try again later.`
        : `The code and inputs of all runs and requests in progress exceed ${mebibytes(p.bytes)}. Try again later.`
    },
    summary: 'Too many runs are waiting, or their code and inputs, or answers that nobody reads, take too much memory.',
    advice: 'Try again later, spread the load, or give the service more workers.',
  },
  sandbox_unavailable: {
    ...onThePlatform,
    http: 503,
    say: (p: { missing?: string; message?: string }) =>
      `The sandbox is not available${p.missing ? `: ${p.missing} is missing` : ''}.${p.message ? ` ${p.message}` : ''}`,
    summary: 'The sandbox cannot be started, or something that its policy asks for cannot be enforced on this machine.',
    advice: '`codenode doctor` shows what is missing and how to get it.',
  },
  sandbox_lost: {
    ...onThePlatform,
    http: 503,
    say: (p: { message?: string }) => `The sandbox process was lost during the run.${p.message ? ` ${p.message}` : ''}`,
    summary: 'A process of the sandbox itself, not that of the code, ended during the run.',
    advice: 'Run it again; a run has no side effects. If it happens again, check the service log.',
  },
  sandbox_closed: {
    ...onThePlatform,
    retry: false,
    http: 503,
    say: always('The sandbox is closed.'),
    summary: 'The service is shutting down, or `close()` was called.',
    advice: 'Create a new sandbox, or run it again when the service is back.',
  },
  run_interrupted: {
    ...onThePlatform,
    http: 200,
    say: always('The service stopped during the run, so the result is lost.'),
    summary:
      'The service was stopped and the run was not done in time, or the service was killed or the machine failed during the run; then the history says so after the next start. A run that was accepted (`Prefer: respond-async`) and had not begun is begun after the next start instead.',
    advice: 'Run it again; a run has no side effects.',
  },
  service_stopping: {
    ...onThePlatform,
    http: 503,
    say: always('The service is shutting down and accepts no more runs.'),
    summary: 'The service is shutting down.',
    advice: 'Try again in a moment, when it is back.',
  },
  too_many_runs: {
    ...inTheRequest,
    blame: 'limit',
    http: 429,
    say: (p: { active: number; bytes?: number }) =>
      p.bytes === undefined
        ? `This API key has reached its limit of ${p.active} runs in progress.`
        : `The code and inputs of this API key's runs in progress exceed ${mebibytes(p.bytes)}.`,
    summary: 'An API key has reached its limit of runs in progress, or of their code and inputs.',
    advice: 'Wait for some to finish, or raise the limit (`CODENODE_MAX_RUNS_PER_KEY`, `CODENODE_MAX_WAITING_MB`).',
  },
  idempotency_conflict: {
    ...inTheRequest,
    http: 409,
    say: (p: { runId: string }) => `This idempotency key was used for another request (${p.runId}).`,
    summary: 'A request carries the idempotency key of an earlier, different one.',
    advice: 'Use a new key for each new request. Repeat a key only with the same request.',
  },
  request_invalid: {
    ...inTheRequest,
    http: 400,
    say: sayIssues('The request is wrong.'),
    summary: 'The body, the query or a header of a request cannot be read or is not as the API describes it.',
    advice: 'Fix the listed issues. `/openapi.json` describes every request.',
  },
  request_too_large: {
    ...inTheRequest,
    blame: 'limit',
    http: 413,
    say: (p: { bodyBytes: number }) => `The request is larger than ${mebibytes(p.bodyBytes)}.`,
    summary: 'The body of a request is larger than code and inputs together may be.',
    advice: 'Send less, or raise the limits (`CODENODE_CODE_BYTES`, `CODENODE_INPUT_BYTES`).',
  },
  media_type_unsupported: {
    ...inTheRequest,
    http: 415,
    say: (p: { found?: string }) =>
      `The content type${p.found ? ` ${quote(p.found)}` : ''} is not supported; send application/json.`,
    summary: 'The body of a request is not JSON.',
    advice: 'Send JSON with the header `Content-Type: application/json`.',
  },
  unauthorized: {
    ...inTheRequest,
    http: 401,
    say: (p: { needs?: 'metrics key' }) =>
      (p.needs === undefined
        ? 'The API key is missing or wrong.'
        : 'The metrics key is missing or wrong: /metrics needs the one that CODENODE_METRICS_KEY (or metricsKey) sets, not an API key.') +
      ' Send it in the header Authorization: Bearer <key> or X-Api-Key: <key>.',
    summary: 'The service requires an API key, and the request has no valid one.',
    advice: 'Send the header `Authorization: Bearer <key>` or `X-Api-Key: <key>`.',
  },
  forbidden: {
    ...inTheRequest,
    http: 403,
    say: (p: { needs: readonly string[]; has: readonly string[] }) =>
      `This API key has the ${p.has.length === 1 ? 'role' : 'roles'} ${p.has.join(', ')}; this needs ${p.needs.join(' or ')}.`,
    summary: 'The API key is valid, and may not do this.',
    advice: 'Use a key with that role, or give the role to this key in the file of keys (`CODENODE_KEYS_FILE`).',
  },
  rate_exceeded: {
    ...inTheRequest,
    blame: 'limit',
    http: 429,
    say: (p: { requestsPerMinute: number; retryAfterMs: number }) =>
      `This API key may send ${p.requestsPerMinute} requests a minute. The next one is taken in ${Math.ceil(p.retryAfterMs / 1000)} s.`,
    summary: 'An API key sends more requests than it may.',
    advice: 'Wait as long as `Retry-After` says, or raise `requestsPerMinute` in the file of keys.',
  },
  origin_refused: {
    ...inTheRequest,
    http: 403,
    say: (p: { origin?: string; host?: string }) =>
      p.host === undefined
        ? `Pages of ${quote(p.origin ?? 'this origin')} may not use this service.`
        : `The host ${quote(p.host)} is not this service.`,
    summary: 'A web page of another origin, or under another host name, called the service.',
    advice: 'Name the origin in the configuration (`CODENODE_CORS_ORIGINS`) if its pages may use the service.',
  },
  user_refused: {
    ...inTheRequest,
    http: 403,
    say: (p: { isKnown: boolean }) =>
      `${p.isKnown ? 'The connection is of another user of this machine' : 'It cannot be told which user of this machine the connection is of'}. Without an API key, the service only serves the user who started it. Set CODENODE_API_KEYS (or apiKeys in codenode.yaml), start it again, and send the key.`,
    summary:
      'A service without an API key was called by another user of the machine, or through a program that runs as one.',
    advice:
      'Set `CODENODE_API_KEYS` and send the key. Proxies and port forwarding that run as another user need that, too.',
  },
  run_not_found: {
    ...inTheRequest,
    http: 404,
    say: (p: { id: string }) => `There is no run ${quote(p.id)}.`,
    summary: 'No run has this id, it belongs to another API key, or it is no longer kept.',
    advice: '`GET /v1/runs` lists the runs; how long they are kept is in the configuration.',
  },
  package_not_found: {
    ...inTheRequest,
    http: 404,
    say: (p: { module: string; close?: readonly string[] }) =>
      `Code cannot import ${quote(p.module)}: there is no such module.` +
      (p.close?.length ? ` Did you mean ${orOf(p.close)}?` : ''),
    summary: 'No module or member that code can import has this name.',
    advice: '`GET /v1/packages` lists what is installed.',
  },
  not_found: {
    ...inTheRequest,
    http: 404,
    say: (p: { method: string; path: string }) => `There is no ${p.method} ${p.path}.`,
    summary: 'No route of the service has this method and path.',
    advice: '`/openapi.json` lists the routes.',
  },
  method_not_allowed: {
    ...inTheRequest,
    http: 405,
    say: (p: { method: string; path: string; allowed: readonly string[] }) =>
      `${p.path} has no ${p.method}; it has ${p.allowed.join(', ')}.`,
    summary: 'The path has a route, but not by this method. The header `Allow` lists those that it has.',
    advice: 'Use one of the methods that `Allow` lists; `/openapi.json` describes them.',
  },
  internal_error: {
    ...onThePlatform,
    http: 500,
    say: (p: { message?: string }) => `Codenode failed unexpectedly.${p.message ? ` ${p.message}` : ''}`,
    summary: 'A mistake in Codenode.',
    advice: 'Please report it with the record of the run.',
  },
} as const satisfies Record<string, FailureEntry>

export type FailureCode = keyof typeof failures

/** The details that go with a code. */
export type FailureDetails<Code extends FailureCode = FailureCode> = Parameters<(typeof failures)[Code]['say']>[0]

/** Every code, in the order of the catalogue. */
// Object.keys knows only strings; the keys are exactly the codes.
export const failureCodes = Object.keys(failures) as FailureCode[]

/** Codes that a run may report about itself (docs/protocol.md §2); any other is read as `code_threw`. */
export const reportedByRuns = [
  'syntax_error',
  'main_missing',
  'signature_mismatch',
  'code_threw',
  'code_exited',
  'module_not_found',
  'operation_blocked',
  'memory_exceeded',
  'threads_exceeded',
  'open_files_exceeded',
  'result_not_object',
  'result_not_serializable',
] as const satisfies readonly FailureCode[]

/**
 * The message of a failure, for example `describeFailure('wall_time_exceeded', { wallMs: 15000 })`. `named`: how many issues
 * it lists, where there can be several.
 */
export function describeFailure<Code extends FailureCode>(
  code: Code,
  details: FailureDetails<Code>,
  named = namedInMessage,
): string {
  // TypeScript cannot see that `code` and `details` belong to the same entry; the signature above makes sure.
  const say = failures[code].say as (details: FailureDetails<Code>, named: number) => string
  return say(details, named)
}

/** True for a text that is a code of the catalogue. */
export function isFailureCode(text: unknown): text is FailureCode {
  return typeof text === 'string' && Object.hasOwn(failures, text)
}

/** How many problems a message names; the details hold up to 100. */
const namedInMessage = 10

function sayOutputs({ problems, problemCount, returned, returnedKeys }: OutputDetails): string {
  const sentences = problems.map((problem) => `${nameOutput(problem.path)} ${describeProblem(problem)}`)
  const quoted = sayReturned(returned, returnedKeys)
  if (problemCount === 1) return `${sentences.join('')}.${quoted}`
  return `The result has ${problemCount} problems.${quoted}${lines(sentences, problemCount)}`
}

/** What came back instead of a missing output: an explanation of the code's own is quoted. */
function sayReturned(returned: OutputDetails['returned'], keys: OutputDetails['returnedKeys']): string {
  if (returned) {
    const others = keys?.filter((key) => key !== returned.key) ?? []
    const beside = others.length > 0 ? `, beside ${others.join(', ')}` : ''
    return ` main returned ${returned.key}: ${quote(returned.text, 500)}${beside}`
  }
  if (keys === undefined) return ''
  return keys.length > 0 ? ` main returned ${keys.join(', ')}.` : ' main returned an empty object.'
}

/** `Output "rows[3].price"` for `outputs.rows[3].price`; the result itself and odd keys keep their path. */
function nameOutput(path: string): string {
  return path.startsWith('outputs.') ? `Output "${path.slice('outputs.'.length)}"` : path
}

/** For failures without details. */
function always(message: string): (details: Record<never, never>) => string {
  return () => message
}

function sayIssues(opening: string): (details: ToldIssues<Issue>, named?: number) => string {
  return ({ issues, issueCount }, named) =>
    opening +
    lines(
      issues.map(({ path, message }) => `${path} ${message}`),
      issueCount,
      named,
    )
}

function lines(sentences: readonly string[], count = sentences.length, named = namedInMessage): string {
  const shown = sentences.slice(0, named).map((sentence) => `\n- ${sentence}`)
  return shown.join('') + (count > shown.length ? `\n- and ${count - shown.length} more` : '')
}

/** An issue as a sentence that stands alone. */
export function describeWorkflowIssue({ path, message, node }: WorkflowIssue): string {
  return node ? `${path} (${quote(node.title)}, node ${node.id}) ${message}` : `${path} ${message}`
}

/** `'numpy' or 'numba'` */
function orOf(names: readonly string[]): string {
  return names.map((name) => `'${name}'`).join(' or ')
}

function listed(names: readonly string[] | undefined): string {
  return names?.length ? names.join(', ') : 'none'
}

function mebibytes(bytes: number): string {
  return bytes % 2 ** 20 === 0 ? `${bytes / 2 ** 20} MiB` : `${bytes} bytes`
}
