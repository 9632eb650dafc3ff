import type { Config } from 'codenode/internal/config/read-config'
import type { RunningSandbox } from 'codenode/internal/pool/create-sandbox'
import type { RunService } from '../../service/api/types.ts'
import type { Telemetry } from '../telemetry/create-telemetry.ts'
import type { AnswerRoom } from '../wire/answer-room.ts'
import type { Timeouts } from '../wire/timeouts.ts'

/** What the routes work with. */
export type RouteDeps = {
  runs: RunService
  /** As of `runs`, counted by the metrics. */
  programs: Pick<RunService, 'runProgram'>
  sandbox: RunningSandbox
  config: Config
  version: string
  telemetry: Telemetry | null
  timeouts: Timeouts
  answers: AnswerRoom
}
