import * as z from 'zod'
import type { RunWarning } from '../contract/program.ts'
import { reportedWarnings } from '../contract/record.ts'

const most = 20
const warningsSchema = z.array(
  z.object({
    code: z.enum(reportedWarnings),
    message: z.string().max(2_000),
    details: z.record(z.string(), z.unknown()).catch({}),
  }),
)

/** Reads what a run noticed: docs/protocol.md §2. It is hostile; of what does not fit nothing is kept. */
export function readWarnings(payload: Buffer): RunWarning[] {
  try {
    const read = warningsSchema.safeParse(JSON.parse(payload.toString()))
    return read.success ? read.data.slice(0, most) : []
  } catch {
    // Not JSON: only code that writes to the channel itself sends such.
    return []
  }
}
