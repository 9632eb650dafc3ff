export { ApiError, type ApiErrorCode } from './api-error.ts'
export { type Client, type ClientOptions, createClient } from './create-client.ts'
export type { FollowOptions } from './follow-run.ts'
export type {
  NodeRequest,
  Package,
  Packages,
  RequestOptions,
  RunDocument,
  RunFilter,
  RunningDocument,
  RunOptions,
  RunPage,
  RunSummary,
  SequencedEvent,
  ServiceStatus,
  StartOptions,
} from './types.ts'
