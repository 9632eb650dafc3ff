export { type AnyCodenodeError, CodenodeError, isCodenodeError } from './contract/error.ts'
export type { RunEvent } from './contract/events.ts'
export { buildFailure, toRecordError } from './contract/failure-values.ts'
export {
  type Blame,
  describeFailure,
  type ErrorType,
  type FailureCode,
  type FailureDetails,
  failureCodes,
  failures,
  type Issue,
  isFailureCode,
  reportedByRuns,
  type WorkflowIssue,
} from './contract/failures.ts'
export type { RunLimits } from './contract/limits.ts'
export {
  defaultLimits,
  type LimitName,
  limitTable,
  type NodeLimits,
  type OutputLimits,
  type ServerLimits,
  toRunLimits,
} from './contract/limits.ts'
export { type CodeNode, type CodeNodeInput, codeNodeSchema } from './contract/node.ts'
export { nodeLimitsSchema } from './contract/node-limits.ts'
export { type NodeType, nodeTypes, toNodeType } from './contract/node-types.ts'
export {
  type CodeLanguage,
  checkName,
  codeLanguageOf,
  codeLanguages,
  type ErrorStrategy,
  errorStrategies,
  type Language,
  languageOf,
  languages,
  namePattern,
} from './contract/node-words.ts'
export { type Operator, operators } from './contract/operators.ts'
export type { OutputProblem, OutputProblemCode, ShownValue } from './contract/output-problems.ts'
export { formatPath, type PathStep } from './contract/paths.ts'
export type {
  Execution,
  ExecutionFailure,
  Isolation,
  IsolationLevel,
  LogEntry,
  LogStream,
  Program,
  Sandbox,
  Usage,
} from './contract/program.ts'
export {
  type Attempt,
  type Branch,
  type HandledOutputs,
  type RecordError,
  type RunRecord,
  type RunStatus,
  runRecordSchema,
  type Warning,
} from './contract/record.ts'
export { type AnyEvent, type AnyRecord, isInProgress, isWorkflowRecord } from './contract/run-documents.ts'
export { formatSelector, type Selector, selectorsInText, splitText, systemNames } from './contract/selector.ts'
export type { StandIn, StandInOutputs, StandInRequest, StandIns } from './contract/stand-in.ts'
export type { StandInSource } from './contract/stand-in-sources.ts'
export { nodeLibrary, pythonLibrary } from './contract/standard-libraries.ts'
export { type CodeNodeTemplate, defineNode, type InputsOf, type OutputsOf } from './contract/typed-node.ts'
export {
  isObject,
  type JsonValue,
  type OutputSpec,
  type OutputSpecs,
  type OutputType,
  outputTypes,
  typeNames,
} from './contract/values.ts'
export { type WorkflowDocument, workflowDocumentSchema } from './contract/workflow-document.ts'
export type { IterationPlace, WorkflowEvent } from './contract/workflow-events.ts'
export {
  type IterationItem,
  type IterationsRecord,
  type WorkflowNodeRecord,
  type WorkflowNodeStatus,
  type WorkflowRecord,
  type WorkflowStatus,
  workflowNodeRecordSchema,
  workflowRecordSchema,
} from './contract/workflow-record.ts'
export type { MissingReference } from './document/check-references.ts'
export { checkShape } from './document/check-shape.ts'
export { readWorkflowText, writeWorkflowText } from './document/document-text.ts'
export { errorHandleModes, inputKinds } from './document/node-settings.ts'
export { readNodeText } from './document/node-text.ts'
export { checkWorkflow, parseWorkflow, surveyWorkflow, type WorkflowSurvey } from './document/parse-workflow.ts'
export { type Validation, type ValidationOptions, validateDocument } from './document/validate-document.ts'
export { nodeTypeOf, Workflow, type WorkflowEdge, type WorkflowGraph, type WorkflowNode } from './document/workflow.ts'
export { makeStandIns, writeStandIns } from './document/write-stand-ins.ts'
export { parseLossless, stringifyLossless } from './json/json.ts'
export { type JsonBounds, JsonError, type JsonProblem, scanJson, utf8Length } from './json/json-scan.ts'
export { checkLimits, parseLimits } from './reading/read-limits.ts'
export { checkNode, parseNode } from './reading/read-node.ts'
export { countDecimalPlaces } from './values/check-scalar.ts'
export { maxListedProblems } from './values/check-value.ts'
export { closeModules, closeNames } from './values/close-names.ts'
export { type DefaultValue, readDefault, toDefaultOutputs } from './values/default-values.ts'
