import koffi from 'koffi'
import { CodenodeError } from '../contract/error.ts'

const CLOSE_RANGE_CLOEXEC = 4
const SYS_CLOSE_RANGE = 436

let closeRange: ReturnType<ReturnType<typeof koffi.load>['func']> | undefined

/**
 * Marks every descriptor of this process from 3 up as close-on-exec, so that none that the service inherited from its
 * own parent reaches a zygote. Node marks its own anyway; what `spawn` passes on purpose is not affected.
 */
export function closeOnExec(): void {
  closeRange ??= koffi.load(null).func('long syscall(long, uint, uint, uint)')
  const result = Number(closeRange(SYS_CLOSE_RANGE, 3, 0xffffffff, CLOSE_RANGE_CLOEXEC))
  if (result !== 0) {
    throw new CodenodeError('sandbox_unavailable', { missing: 'close_range with CLOSE_RANGE_CLOEXEC (Linux 5.11)' })
  }
}
