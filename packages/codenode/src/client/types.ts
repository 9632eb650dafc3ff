import type { RunEvent } from '../contract/events.ts'
import type { WorkflowIssue } from '../contract/failures.ts'
import type { Language } from '../contract/node-words.ts'
import type { Warning } from '../contract/record.ts'
import type { AnyEvent } from '../contract/run-documents.ts'
import type { StandIns } from '../contract/stand-in.ts'
import type { StandInSource } from '../contract/stand-in-sources.ts'
import type { CodeNodeTemplate, InputsOf } from '../contract/typed-node.ts'
import type { WorkflowDocument } from '../contract/workflow-document.ts'

export type NodeRequest<Node extends CodeNodeTemplate = CodeNodeTemplate> = {
  node: Node
  /** The values of the input variables by their names; bigint keeps its digits. */
  inputs?: NoInfer<InputsOf<Node>>
  /** The node's id in its workflow, for the record. */
  nodeId?: string | null
  /** `any`: the result is kept as it is, whatever the node declares. Default: `declared`. */
  outputs?: 'declared' | 'any'
  /** Names of inputs that are masked (`••••`) wherever the run is told of or kept. Default: none. */
  secrets?: readonly string[]
}

export type WorkflowRequest = StandInOptions & {
  /** A document of Dify's DSL, or its text in YAML. */
  workflow: WorkflowDocument | Readonly<Record<string, unknown>> | string
  /** Values of the start node's variables, by name. */
  inputs?: Readonly<Record<string, unknown>>
  /** Names of inputs that are masked (`••••`) wherever the run is told of or kept. Default: none. */
  secrets?: readonly string[]
}

/** What nodes of a workflow give that are not run. */
export type StandInOptions = {
  /** Outputs by the node's id or title; `'made'`: values made up for all nodes that do not run here. */
  standIns?: StandIns
  /** The id of a past run: nodes that do not run here give what they gave there. */
  standInsFrom?: string
}

export type RerunRequest = {
  runId: string
  nodeId: string
  /** In place of recorded inputs. */
  inputs?: Readonly<Record<string, unknown>>
  /** Of a node inside an iteration: the item's index. Default: the first that failed, else the first that is kept whole. */
  item?: number
  /** Names of inputs that are masked (`••••`) wherever the run is told of or kept. Default: none. */
  secrets?: readonly string[]
}

export type ReplayRequest = {
  runId: string
  /** In place of recorded inputs, or beside them; secrets, which are not kept, are given here anew. */
  inputs?: Readonly<Record<string, unknown>>
  /** In place of the stand-ins of the run, or beside them. */
  standIns?: StandIns
  /** Names of inputs that are masked (`••••`) wherever the run is told of or kept. Default: none. */
  secrets?: readonly string[]
}

/** What a workflow has that can be run. */
export type WorkflowOutline = {
  name: string
  mode: string | null
  version: string | null
  /** `type`: as Dify calls it; `standIn`: where the outputs come from, of a node that is not run. */
  nodes: { id: string; title: string; type: string; standIn?: StandInSource }[]
}

export type WorkflowValidation =
  | { valid: true; workflow: WorkflowOutline; warnings: Warning[] }
  | { valid: false; issues: WorkflowIssue[] }

export type RequestOptions = { signal?: AbortSignal | undefined }

export type StartOptions = RequestOptions & {
  /**
   * The same key within 24 hours means the same run, so a request that got no answer can be sent again. Such a run goes
   * on when nobody waits for it.
   */
  idempotencyKey?: string
}

export type RunOptions<Event extends AnyEvent = RunEvent> = StartOptions & {
  /** Told what happens while it happens. */
  onEvent?: (event: Event) => void
}

/** A package that code can import; `preloaded`: importing it takes no time; `importMs`: what it takes else, where it is known. */
export type Package = { name: string; version: string; importNames: string[]; preloaded: boolean; importMs?: number }

export type Packages = { python: Package[]; javascript: Package[] }

export type MembersRequest = {
  language: Language
  /** As an import names it: `os.path`, `lodash/fp`. */
  module: string
  /** A member whose own members are asked for, such as `linalg`; `default`: what `import x from` gives in JavaScript. */
  path?: string | undefined
}

/** How the service does at the moment. */
export type ServiceStatus = {
  version: string
  uptimeMs: number
  /** Runs that were accepted and have not ended. */
  active: number
  /** Runs that have a process. */
  running: number
  /** Runs in line for one. */
  waiting: number
  /** `lost`: how often the interpreter was restarted. */
  runtimes: Readonly<Record<string, { version: string | null; spares: number; lost: number }>>
  history: { isWritable: boolean; problem: string | null }
}

export type { MemberKind, ModuleMember, ModuleMembers } from '../contract/module-members.ts'
export type {
  RunDocument,
  RunFilter,
  RunningDocument,
  RunPage,
  RunRequestDocument,
  RunSelection,
  RunSummary,
  SequencedEvent,
} from '../contract/run-documents.ts'
