import type { RuntimeName } from '../../src/contract/runtime-name.ts'
import { ARCHITECTURES, type Architecture } from '../../src/sandbox/seccomp/build-filter.ts'
import { childPolicy } from '../../src/sandbox/seccomp/policy.ts'

/** Number by name, of the machine that the tests run on. */
export function systemCalls(arch: Architecture): Record<string, number> {
  return ARCHITECTURES[arch].numbers
}

/** The numbers that the policy of a run names, whatever the answer. */
export function allowedNumbers(runtime: RuntimeName, arch: Architecture): number[] {
  const numbers = systemCalls(arch)
  return childPolicy(runtime)
    .rules.flatMap(({ calls }) => calls)
    .flatMap((name) => numbers[name] ?? [])
}
