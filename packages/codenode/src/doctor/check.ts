import type { Finding } from '../sandbox/probe/judge.ts'

/** One line of the doctor's answer. `info` is told and does not count. */
export type Check = {
  group: string
  name: string
  state: Finding['state'] | 'info'
  found: string
  /** How to get what is missing. */
  fix: string | null
}

export function toCheck(group: string, { layer, state, found }: Finding): Check {
  return { group, name: layer, state, found, fix: state === 'gap' ? (fixes[layer] ?? defaultFix) : null }
}

const defaultFix = 'This should not happen with the packaged files: reinstall, and report it if it stays.'

const fixes: Readonly<Record<string, string>> = {
  seccomp:
    'The kernel needs CONFIG_SECCOMP_FILTER; a container runtime or a wrapper of bwrap may have taken the filter away.',
  'hidden files': 'Something mounts more into the sandbox than Codenode asks for: look at CODENODE_BWRAP.',
  files:
    'Landlock or the mounts do not hold: look at CODENODE_BWRAP and the kernel (5.13 or newer, lsm= with landlock).',
  environment: 'Something adds to the environment of the sandbox: look at CODENODE_BWRAP.',
  namespaces: 'Look at CODENODE_BWRAP: each run needs namespaces of its own.',
}
