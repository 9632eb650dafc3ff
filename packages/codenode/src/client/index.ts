export { ApiError, type ApiErrorCode } from './api-error.ts'
export { type Client, type ClientOptions, createClient } from './create-client.ts'
export type { FollowOptions } from './follow-run.ts'
export type {
  MemberKind,
  MembersRequest,
  ModuleMember,
  ModuleMembers,
  NodeRequest,
  Package,
  Packages,
  ReplayRequest,
  RequestOptions,
  RerunRequest,
  RunDocument,
  RunFilter,
  RunningDocument,
  RunOptions,
  RunPage,
  RunRequestDocument,
  RunSummary,
  SequencedEvent,
  ServiceStatus,
  StandInOptions,
  StartOptions,
  WorkflowOutline,
  WorkflowRequest,
  WorkflowValidation,
} from './types.ts'
