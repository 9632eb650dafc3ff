import { execFile } from 'node:child_process'
import { accessSync, constants, existsSync, readFileSync } from 'node:fs'
import { release } from 'node:os'
import { promisify } from 'node:util'
import { hasNamespaces, type IsolationLevel } from '../contract/isolation.ts'
import { findRunUids } from '../sandbox/run-uids.ts'
import { toArchitecture } from '../sandbox/seccomp/build-filter.ts'
import type { Check } from './check.ts'

const group = 'Host'
const run = promisify(execFile)

/** Without PATH, as a sandbox starts it: what is tried here is what will be used. */
const asLaunched = { timeout: 60_000, env: {} }

const slow = 'did not answer within 60 s; is the machine overloaded?'

const hasTimedOut = (error: unknown) => (error as { killed?: boolean }).killed === true

/** What the machine itself must offer, before any sandbox is started. */
export async function examineHost(level: IsolationLevel, bubblewrap: string): Promise<Check[]> {
  const isAsked = hasNamespaces(level)
  return [
    examinePlatform(),
    await examineBubblewrap(bubblewrap, isAsked),
    await examineUserNamespaces(bubblewrap, isAsked),
    examineUids(),
    examineCgroups(),
  ]
}

function examinePlatform(): Check {
  const found = `Linux ${release()} on ${process.arch}`
  const isKnown = process.platform === 'linux' && toArchitecture(process.arch) !== null
  const fix = isKnown ? null : 'Codenode runs on Linux on x64 and arm64.'
  return { group, name: 'platform', state: isKnown ? 'holds' : 'gap', found, fix }
}

async function examineBubblewrap(bubblewrap: string, isAsked: boolean): Promise<Check> {
  try {
    const { stdout } = await run(bubblewrap, ['--version'], asLaunched)
    return { group, name: 'bubblewrap', state: 'holds', found: stdout.trim(), fix: null }
  } catch (error) {
    const fix = 'Install it (Debian, Ubuntu: apt-get install bubblewrap), or name it in CODENODE_BWRAP.'
    return {
      group,
      name: 'bubblewrap',
      state: isAsked ? 'gap' : 'not asked for',
      found: `${bubblewrap} ${hasTimedOut(error) ? slow : 'cannot be started'}`,
      fix,
    }
  }
}

/** Tries the whole of it, since parts may be allowed and others not (SANDBOX, typeclaw #1441). */
async function examineUserNamespaces(bubblewrap: string, isAsked: boolean): Promise<Check> {
  const namespaces = ['user', 'pid', 'net', 'ipc', 'uts'].map((kind) => `--unshare-${kind}`)
  try {
    await run(bubblewrap, [...namespaces, '--hostname', 'sandbox', '--ro-bind', '/', '/', '--', 'true'], asLaunched)
    return { group, name: 'user namespaces', state: 'holds', found: 'can be made, with all others inside', fix: null }
  } catch (error) {
    const { stderr, message } = error as Error & { stderr?: string }
    const said = hasTimedOut(error) ? `${bubblewrap} ${slow}` : stderr?.trim() || message.split('\n')[0]
    const state = isAsked ? 'gap' : 'not asked for'
    return { group, name: 'user namespaces', state, found: `refused: ${said}`, fix: explainRefusal() }
  }
}

function explainRefusal(): string {
  const isOff = (file: string, value: string) => readSetting(file) === value
  if (isOff('kernel/apparmor_restrict_unprivileged_userns', '1')) {
    return 'Ubuntu: run the service under the AppArmor profile deploy/apparmor/codenode (docs/deployment.md), or sysctl kernel.apparmor_restrict_unprivileged_userns=0.'
  }
  if (isOff('kernel/unprivileged_userns_clone', '0')) return 'sysctl kernel.unprivileged_userns_clone=1'
  if (isOff('user/max_user_namespaces', '0')) return 'sysctl user.max_user_namespaces=15000'
  return 'In a container: docs/deployment.md says which seccomp and AppArmor profile it needs. Or accept the weaker level: isolation: landlock+seccomp.'
}

function examineUids(): Check {
  const uids = findRunUids()
  const found = uids
    ? `${uids.count} for each of ${uids.ranges} sandboxes, from ${uids.first} up, one for each run`
    : 'runs share the uid of the service, which is not root and cannot hand out others'
  return { group, name: 'user ids of runs', state: uids ? 'holds' : 'info', found, fix: null }
}

/** Not needed; where they can be written, an operator can limit the service as a whole. */
function examineCgroups(): Check {
  const isV2 = existsSync('/sys/fs/cgroup/cgroup.controllers')
  const controllers = isV2 ? readText('/sys/fs/cgroup/cgroup.controllers') : null
  const v1 = ['memory', 'pids', 'cpu'].filter((name) => existsSync(`/sys/fs/cgroup/${name}`))
  const found = isV2
    ? `version 2${controllers ? ` (${controllers})` : ', without controllers'}, ${canWrite('/sys/fs/cgroup') ? 'can be written' : 'read-only'}`
    : v1.length > 0
      ? `version 1 (${v1.join(', ')})`
      : 'none'
  return { group, name: 'cgroups', state: 'info', found, fix: null }
}

/** Settings of the kernel that make an attack on it harder. Nothing here depends on them. */
export function examineKernel(): Check[] {
  const advised: [file: string, isGood: (value: number) => boolean, advice: string][] = [
    [
      'kernel/unprivileged_bpf_disabled',
      (it) => it >= 1,
      'unprivileged users can load BPF programs; sysctl kernel.unprivileged_bpf_disabled=1',
    ],
    [
      'kernel/io_uring_disabled',
      (it) => it >= 1,
      'io_uring is open to everybody; sysctl kernel.io_uring_disabled=1, where nothing needs it',
    ],
    [
      'kernel/perf_event_paranoid',
      (it) => it >= 2,
      'performance counters are open; sysctl kernel.perf_event_paranoid=2',
    ],
    [
      'kernel/yama/ptrace_scope',
      (it) => it >= 1,
      'processes of a user may trace each other; sysctl kernel.yama.ptrace_scope=1',
    ],
    ['vm/unprivileged_userfaultfd', (it) => it === 0, 'sysctl vm.unprivileged_userfaultfd=0'],
    ['kernel/dmesg_restrict', (it) => it >= 1, "the kernel's log is open to everybody; sysctl kernel.dmesg_restrict=1"],
  ]
  return advised.flatMap(([file, isGood, advice]) => {
    const value = readSetting(file)
    if (value === null) return []
    const name = file.split('/').at(-1) ?? file
    return [
      {
        group: 'Kernel (advice only)',
        name,
        state: 'info',
        found: isGood(Number(value)) ? `${value}, good` : `${value}: ${advice}`,
        fix: null,
      },
    ]
  })
}

function readSetting(file: string): string | null {
  return readText(`/proc/sys/${file}`)
}

function readText(file: string): string | null {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch {
    return null // this kernel does not have it
  }
}

function canWrite(file: string): boolean {
  try {
    accessSync(file, constants.W_OK)
    return true
  } catch {
    return false
  }
}
