import type { Config } from '../../config/read-config.ts'
import type { RunningSandbox } from '../../pool/create-sandbox.ts'
import type { RunService } from '../../service/types.ts'
import type { AnswerRoom } from '../answer-room.ts'
import type { Telemetry } from '../telemetry/create-telemetry.ts'
import type { Timeouts } from '../timeouts.ts'

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
