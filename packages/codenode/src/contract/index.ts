export { countDecimalPlaces, type OutputProblemCode } from './check-scalar.ts'
export { maxListedProblems, type OutputProblem } from './check-value.ts'
export { closeModules, closeNames } from './close-names.ts'
export { type DefaultValue, readDefault, toDefaultOutputs } from './default-values.ts'
export { type AnyCodenodeError, CodenodeError, isCodenodeError } from './error.ts'
export type { RunEvent } from './events.ts'
export { buildFailure, toRecordError } from './failure-values.ts'
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
} from './failures.ts'
export { parseLossless, stringifyLossless } from './json.ts'
export { type JsonBounds, JsonError, type JsonProblem, scanJson, utf8Length } from './json-scan.ts'
export {
  defaultLimits,
  type LimitName,
  limitTable,
  type NodeLimits,
  type OutputLimits,
  type ServerLimits,
  toRunLimits,
} from './limits.ts'
export {
  type CodeNode,
  type CodeNodeInput,
  checkNode,
  codeNodeSchema,
  parseNode,
} from './node.ts'
export { nodeLimitsSchema } from './node-limits.ts'
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
} from './node-words.ts'
export { formatPath, type PathStep } from './paths.ts'
export type {
  Execution,
  ExecutionFailure,
  Isolation,
  IsolationLevel,
  LogEntry,
  LogStream,
  Program,
  RunLimits,
  Sandbox,
  Usage,
} from './program.ts'
export { checkLimits, parseLimits } from './read-limits.ts'
export {
  type Attempt,
  type Branch,
  type HandledOutputs,
  type RecordError,
  type RunRecord,
  type RunStatus,
  runRecordSchema,
  type Warning,
} from './record.ts'
export { type AnyEvent, type AnyRecord, isWorkflowRecord } from './run-documents.ts'
export type { ShownValue } from './shorten-value.ts'
export { nodeLibrary, pythonLibrary } from './standard-libraries.ts'
export { type CodeNodeTemplate, defineNode, type InputsOf, type OutputsOf } from './typed-node.ts'
export {
  isObject,
  type JsonValue,
  type OutputSpec,
  type OutputSpecs,
  type OutputType,
  outputTypes,
  typeNames,
} from './values.ts'
export type { MissingReference } from './workflow/check-references.ts'
export { checkShape } from './workflow/check-shape.ts'
export { type WorkflowDocument, workflowDocumentSchema } from './workflow/document.ts'
export { readWorkflowText, writeWorkflowText } from './workflow/document-text.ts'
export type { IterationPlace, WorkflowEvent } from './workflow/events.ts'
export { errorHandleModes, inputKinds } from './workflow/node-settings.ts'
export { readNodeText } from './workflow/node-text.ts'
export { type NodeType, nodeTypes, toNodeType } from './workflow/node-types.ts'
export { type Operator, operators } from './workflow/operators.ts'
export { checkWorkflow, parseWorkflow, surveyWorkflow, type WorkflowSurvey } from './workflow/parse-workflow.ts'
export {
  type IterationItem,
  type IterationsRecord,
  type WorkflowNodeRecord,
  type WorkflowNodeStatus,
  type WorkflowRecord,
  type WorkflowStatus,
  workflowNodeRecordSchema,
  workflowRecordSchema,
} from './workflow/record.ts'
export { formatSelector, type Selector, selectorsInText, splitText, systemNames } from './workflow/selector.ts'
export type { StandIn, StandInOutputs, StandInRequest, StandInSource, StandIns } from './workflow/stand-ins/stand-in.ts'
export { makeStandIns, writeStandIns } from './workflow/stand-ins/write-stand-ins.ts'
export { type Validation, type ValidationOptions, validateDocument } from './workflow/validate-document.ts'
export { nodeTypeOf, Workflow, type WorkflowEdge, type WorkflowGraph, type WorkflowNode } from './workflow/workflow.ts'
