import type { ServerLimits } from './contract/limits.ts'
import type { CodeNodeInput } from './contract/node.ts'
import type { Language } from './contract/node-words.ts'
import type { Isolation } from './contract/program.ts'
import type { RunRecord } from './contract/record.ts'
import type { CodeNodeTemplate, InputsOf, OutputsOf } from './contract/typed-node.ts'
import type { OutputSpecs } from './contract/values.ts'
import type { WorkflowNodeRecord, WorkflowRecord } from './contract/workflow-record.ts'
import { type Validation, type ValidationOptions, validateDocument } from './document/validate-document.ts'
import { createSandbox, type RunningSandbox, type SandboxOptions, type SandboxStats } from './pool/create-sandbox.ts'
import { type CodeOptions, codeToNode } from './reading/code-to-node.ts'
import { checkCodeOptions } from './run/run-code-options.ts'
import { runNode } from './run/run-node.ts'
import type { RunNodeOptions } from './run/run-node-options.ts'
import type { InstalledPackages } from './sandbox/installed-packages.ts'
import { runOnlyCode } from './workflow/only-code/run-only-code.ts'
import type { RunWorkflowOptions } from './workflow/options.ts'
import { type RerunRequest, rerunNode } from './workflow/rerun-node.ts'
import { runWorkflow } from './workflow/run-workflow.ts'

/** What `createCodenode` takes: that of `createSandbox`. All of it has defaults. */
export type CodenodeOptions = SandboxOptions

/** Options of one run of a node; all have defaults. */
export type NodeOptions = Omit<RunNodeOptions, 'sandbox'>

/** What a node declares, or anything where the options ask for it. */
type ExpectedOutputs<Node extends CodeNodeTemplate, Options> = Options extends { outputs: infer Asked }
  ? 'any' extends Asked
    ? Record<string, unknown>
    : OutputsOf<Node>
  : 'outputs' extends keyof Options
    ? Record<string, unknown>
    : OutputsOf<Node>

/** Options of one run of a workflow; all have defaults. */
export type WorkflowOptions = Omit<RunWorkflowOptions, 'sandbox'>
/** Options of one run of a program; all have defaults. */
export type RunCodeOptions = Omit<NodeOptions, 'outputs' | 'nodeId'> & Pick<CodeOptions, 'title'>

/**
 * Starts the interpreters and gives the object that runs code in them. It owns processes and a socket, so it must be closed:
 * by `await using`, or by `close()`. Rejects with `configuration_invalid`, before anything starts, when options are wrong (all
 * of them are listed), and with `sandbox_unavailable` when something that is asked for cannot be enforced.
 *
 * @example
 * await using codenode = await createCodenode({ limits: { wallMs: 5000 } })
 * const record = await codenode.runCode('python', 'def main(n): return {"square": n * n}', { n: 12 })
 * console.log(record.outputs)
 */
export async function createCodenode(options: CodenodeOptions = {}): Promise<Codenode> {
  return new Codenode(await createSandbox(options))
}

/**
 * Runs Code nodes, programs and workflows, each program in a process of its own inside the sandbox; any number at the same
 * time. `createCodenode` makes one.
 *
 * What goes wrong in a run is told in its record. A method throws only what is the caller's mistake, before anything runs:
 * `node_invalid`, `workflow_invalid`, `inputs_invalid`, `configuration_invalid` for its options.
 */
export class Codenode implements AsyncDisposable {
  readonly #sandbox: RunningSandbox

  /** `sandbox`: closed with this object. */
  constructor(sandbox: RunningSandbox) {
    this.#sandbox = sandbox
  }

  /** What is enforced on every run, as it was found at the start; without layers where `runtimes: []` has nothing started yet. */
  get isolation(): Isolation {
    return this.#sandbox.isolation
  }

  /** The limits of all runs. A run and a node can only lower them. */
  get limits(): ServerLimits {
    return this.#sandbox.limits
  }

  /**
   * Runs a Code node with `inputs` by the names of its variables; one that is missing is null in the code. A node that
   * `defineNode` has made gives its types to inputs and outputs.
   *
   * @example
   * const record = await codenode.runNode(readNodeText(text), { numbers: [1, 2, 6] })
   */
  async runNode<const Node extends CodeNodeTemplate, Options extends NodeOptions = Record<never, never>>(
    node: Node,
    inputs?: NoInfer<InputsOf<Node>> | null,
    options?: Options,
  ): Promise<RunRecord<ExpectedOutputs<Node, Options>>> {
    // Read-only lists are read all the same.
    const record = await runNode(node as CodeNodeInput, inputs, { ...options, sandbox: this.#sandbox })
    // Its outputs were checked to be what the node declares.
    return record as RunRecord<ExpectedOutputs<Node, Options>>
  }

  /**
   * Runs a program that defines `main`, with `inputs` by name. What `main` returns is the record's `outputs`, whatever it
   * is, unless `options.outputs` declares what it must be. It has a /tmp where `options.limits.tmpMb` asks for one.
   *
   * @example
   * await codenode.runCode('typescript', 'export const main = ({ n }: { n: number }) => ({ square: n * n })', { n: 12 })
   */
  runCode<const Outputs extends OutputSpecs>(
    language: Language,
    code: string,
    inputs: object | null | undefined,
    options: RunCodeOptions & { outputs: Outputs },
  ): Promise<RunRecord<OutputsOf<{ outputs: Outputs }>>>
  runCode(
    language: Language,
    code: string,
    inputs?: object | null,
    options?: (RunCodeOptions & { outputs?: undefined }) | null,
  ): Promise<RunRecord>
  async runCode(
    language: Language,
    code: string,
    inputs?: object | null,
    options?: (RunCodeOptions & { outputs?: OutputSpecs | undefined }) | null,
  ): Promise<RunRecord> {
    checkCodeOptions(options ?? {})
    const { outputs, title, ...rest } = options ?? {}
    const tmpMb = rest.limits?.tmpMb
    // A program has no settings of its own, so it asks for a /tmp by the limits of its run.
    const limits = tmpMb === undefined ? undefined : { tmpMb }
    const node = codeToNode(language, code, inputs ?? {}, { outputs, title, limits })
    return await runNode(node, inputs, { ...rest, outputs: outputs ? 'declared' : 'any', sandbox: this.#sandbox })
  }

  /**
   * Runs a workflow: the document of an export of Dify's, its text, or what `parseWorkflow` has read. `inputs`: the variables of
   * its start node by name; also `sys.query` and the like, and `env.NAME` in place of the document's own.
   *
   * @example
   * const record = await codenode.runWorkflow(await readFile('app.yml', 'utf8'), { topic: 'tea' })
   */
  async runWorkflow(workflow: unknown, inputs?: object | null, options?: WorkflowOptions): Promise<WorkflowRecord> {
    return await runWorkflow(workflow, inputs, { ...options, sandbox: this.#sandbox })
  }

  /** Runs just the Code nodes of a workflow, whatever its other nodes are, with `inputs` for what comes from those. */
  async runOnlyCode(workflow: unknown, inputs?: object | null, options?: WorkflowOptions): Promise<WorkflowRecord> {
    return await runOnlyCode(workflow, inputs, { ...options, sandbox: this.#sandbox })
  }

  /** Runs one node of a past run of a workflow again, with its recorded inputs or changed ones. Also throws `rerun_refused`. */
  async rerunNode(request: RerunRequest, options?: WorkflowOptions): Promise<WorkflowNodeRecord> {
    return await rerunNode(request, { ...options, sandbox: this.#sandbox })
  }

  /**
   * Everything that is wrong with a node or a workflow, without running it: a document or its text, also a node's whole entry with its
   * `data`, which `readNodeText` makes what `runNode` takes. What is wrong is told, never thrown.
   *
   * @example
   * const { valid, issues } = codenode.validate(await readFile('app.yml', 'utf8'))
   */
  validate(document: unknown, options: ValidationOptions = {}): Validation {
    return validateDocument(document, this.#sandbox.limits, options)
  }

  /** What code can import beside the standard library. */
  packages(): InstalledPackages {
    return this.#sandbox.packages()
  }

  /** Figures of the moment: what runs and waits, and how the interpreters do. */
  stats(): SandboxStats {
    return this.#sandbox.stats()
  }

  /** Ends the interpreters. Runs that go on, and later ones, fail as `sandbox_closed`. A second call waits for the first. */
  async close(): Promise<void> {
    await this.#sandbox.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }
}
