import { CodenodeError } from '../../contract/error.ts'
import type { RuntimeName } from '../../contract/runtime-name.ts'
import type { Zygote } from '../zygote.ts'
import { type Expected, type Finding, judge } from './judge.ts'
import { readInside } from './read-inside.ts'
import { childPids, readOutside } from './read-outside.ts'

/** The layers of a sandbox that do not hold; the cause of the `sandbox_unavailable` that refuses the start. */
export class SandboxGap extends Error {
  readonly findings: readonly Finding[]

  constructor(findings: readonly Finding[]) {
    const gaps = findings.filter(({ state }) => state === 'gap')
    super(gaps.map(({ layer, found }) => `${layer}: ${found}`).join('; '))
    this.name = 'SandboxGap'
    this.findings = findings
  }
}

/**
 * Has a child of a zygote that has just started try to get out, and looks at it from the host: about 15 ms. The zygote must
 * have no other child. Throws `sandbox_unavailable`, which names the layers, when something that the level promises does
 * not hold.
 */
export async function probeZygote(
  zygote: Zygote,
  name: RuntimeName,
  expected: Omit<Expected, 'runtime'>,
): Promise<Finding[]> {
  const child = await zygote.fork('run')
  try {
    const [pid, ...others] = childPids(zygote.pid)
    if (pid === undefined || others.length > 0) {
      throw new CodenodeError('internal_error', { message: 'The probe needs a zygote with one child.' })
    }
    const outside = readOutside(pid)
    const limits = { ...expected.limits, wallMs: probeWallMs, cpuMs: probeWallMs }
    const inside = await readInside(
      async (code) => await child.run({ language: name, mode: 'main', code, inputsJson: '{}', inputNames: [], limits }),
      name,
    )
    const findings = judge({ inside, outside }, { ...expected, runtime: name })
    const gaps = findings.filter(({ state }) => state === 'gap')
    if (gaps.length === 0) return findings
    const missing = `the layer ${gaps.map(({ layer }) => `"${layer}"`).join(', ')}`
    const cause = new SandboxGap(findings)
    throw new CodenodeError(
      'sandbox_unavailable',
      { missing, message: `In the ${name} runtime, ${cause.message}.` },
      { cause },
    )
  } finally {
    child.kill()
  }
}

/** Time for a probe on a machine that is busy with much else. */
const probeWallMs = 20_000
