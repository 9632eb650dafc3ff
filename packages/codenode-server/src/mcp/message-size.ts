import type { ServerLimits } from 'codenode/internal/contract/limits'

/** Room for the protocol's own part of a message. */
const frameBytes = 65_536

/** The largest message that is read: code and inputs as large as they may be, in JSON, which can write one character as six. */
export function maxMessageBytes({ codeBytes, inputBytes }: ServerLimits): number {
  return 2 * (codeBytes + inputBytes) + frameBytes
}
