export {
  type Attempt,
  type Branch,
  type CodeNode,
  type CodeNodeInput,
  CodenodeError,
  checkLimits,
  checkNode,
  checkWorkflow,
  defaultLimits,
  type Execution,
  type FailureCode,
  failures,
  type Isolation,
  type IsolationLevel,
  type Issue,
  type JsonValue,
  type Language,
  type LogEntry,
  makeStandIns,
  type OutputType,
  type Program,
  parseLimits,
  parseLossless,
  parseNode,
  parseWorkflow,
  type RecordError,
  type RunEvent,
  type RunLimits,
  type RunRecord,
  type RunStatus,
  type Sandbox,
  type ServerLimits,
  type StandIn,
  type StandIns,
  stringifyLossless,
  type Usage,
  type Warning,
  Workflow,
  type WorkflowEvent,
  type WorkflowIssue,
  type WorkflowNodeRecord,
  type WorkflowRecord,
  type WorkflowStatus,
  writeStandIns,
} from './contract/index.ts'
export { readWorkflowText, writeWorkflowText } from './contract/workflow/document-text.ts'
export { createSandbox, type RunningSandbox, type SandboxOptions, type SandboxStats } from './pool/create-sandbox.ts'
export { type RunNodeOptions, runNode } from './run-node.ts'
export type { InstalledPackage } from './sandbox/installed-packages.ts'
export type { RuntimeName } from './sandbox/runtime-name.ts'
export { runOnlyCode, startOnlyCode } from './workflow/only-code/run-only-code.ts'
export type { RunWorkflowOptions } from './workflow/options.ts'
export { findNodeRecord, type RerunRequest, rerunNode } from './workflow/rerun-node.ts'
export { runWorkflow, startWorkflow } from './workflow/run-workflow.ts'
