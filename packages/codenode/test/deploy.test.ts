import { spawnSync } from 'node:child_process'
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { addedForNewBubblewrap, addedToDocker, buildSeccompProfile } from '../scripts/generate-seccomp-profile.ts'
import { type Config, checkConfig } from '../src/config/read-config.ts'
import { describeInstallation } from '../src/places/installation.ts'
import { ARCHITECTURES, buildFilter, toArchitecture } from '../src/sandbox/seccomp/build-filter.ts'
import { NO_NEW_NAMESPACE } from '../src/sandbox/seccomp/common-rules.ts'
import { allow, allowIf, type Rule, type SyscallName } from '../src/sandbox/seccomp/rule.ts'

const root = path.resolve(import.meta.dirname, '../../..')
const scratch = mkdtempSync(path.join(tmpdir(), 'codenode-deploy-'))
afterAll(() => rmSync(scratch, { recursive: true }))

const read = (file: string): string => readFileSync(path.join(root, file), 'utf8')

/** The documents of a YAML file; throws for one that is not YAML. */
function readYaml(file: string): unknown[] {
  return parseAllDocuments(read(file)).map((document) => {
    if (document.errors.length > 0) throw new Error(`${file}: ${document.errors[0]?.message}`)
    return document.toJS() as unknown
  })
}

/** What stands at `steps` of a document, such as `spec.template`; fails where nothing does. */
function at<Value = unknown>(document: unknown, steps: string): Value {
  let value = document
  for (const step of steps.split('.')) {
    value = (value as Record<string, unknown> | undefined)?.[step] ?? expect.fail(`there is no ${steps}: no ${step}`)
  }
  return value as Value
}

/** Compose's `${NAME:-default}` and `${NAME:?message}`, with nothing set but what is given. */
function substitute(text: string, env: Record<string, string> = {}): string {
  return text.replace(/\$\{(\w+)(?::([-?])([^}]*))?\}/g, (_, name: string, kind?: string, rest?: string) => {
    return env[name] ?? (kind === '-' ? (rest ?? '') : `the ${name}`)
  })
}

/** Whether Docker sends a file to the build: the last pattern that fits it, or a folder above it, decides. */
function readIgnoreFile(file: string): (sent: string) => boolean {
  const patterns = read(file)
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => ({ isException: line.startsWith('!'), shape: toShape(line.replace(/^!/, '')) }))
  return (sent) => {
    const parts = sent.split('/')
    const places = parts.map((_, index) => parts.slice(0, index + 1).join('/'))
    const last = patterns.findLast(({ shape }) => places.some((place) => shape.test(place)))
    return last?.isException ?? true
  }
}

/** `*` stands for any name or part of one, one with a dot in front too; `**` for any folders. */
function toShape(glob: string): RegExp {
  const parts = glob.split('**/').map((part) => part.replaceAll('.', '\\.').replaceAll('*', '[^/]*'))
  return new RegExp(`^${parts.join('(?:.*/)?')}$`)
}

/** The memory that a service needs, in MiB: what docs/deployment.md says under "Sizes". */
function memoryFor({ maxRunning, limits, readings }: Config): number {
  const [, perRunMb, gibibytes] =
    /× \(`CODENODE_MEMORY_MB` \+ (\d+)\), and (\d+) GiB/.exec(read('docs/deployment.md')) ?? []
  if (readings.get('maxRunning')?.origin.from === 'default')
    expect.fail('CODENODE_MAX_RUNNING is not set, so it follows the cores')
  return maxRunning * (limits.memoryMb + Number(perRunMb)) + Number(gibibytes) * 1024
}

function substituteAll(environment: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, substitute(value)]))
}

test('every variable that deploy/ and its page name is one that Codenode reads', () => {
  const sources = globSync('packages/codenode/{src,bin,packages}/**/{*.ts,*.js,install}', { cwd: root })
    .filter((file) => !file.includes('node_modules') && !file.endsWith('.test.ts'))
    .map(read)
    .join('\n')
  const known = new Set(sources.match(/\bCODENODE_[A-Z_]*[A-Z]/g))
  // The compose file's own: where the repository is.
  known.add('CODENODE_DIR')
  const files = [...globSync('deploy/**/*', { cwd: root, withFileTypes: true })]
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)))
  for (const file of [...files, 'docs/deployment.md']) {
    const named = read(file).match(/\bCODENODE_[A-Z_]*[A-Z]/g) ?? []
    expect(
      named.filter((name) => !known.has(name)),
      file,
    ).toEqual([])
  }
})

describe('the image', () => {
  const dockerfile = read('deploy/docker/Dockerfile')
  const last = dockerfile.slice(dockerfile.lastIndexOf('FROM '))
  const copied = [...dockerfile.matchAll(/^COPY (?!--from)(?:--\S+ )?(.+) \S+$/gm)].flatMap(([, from = '']) =>
    from.split(' '),
  )

  test('holds what is there, and serves as an ordinary user that asks after its health', () => {
    expect(copied.length).toBeGreaterThan(2)
    for (const file of copied) expect(existsSync(path.join(root, file)), file).toBe(true)
    expect(last).toMatch(/^USER codenode$/m)
    expect(last.indexOf('USER codenode')).toBeGreaterThan(last.indexOf('useradd'))
    expect(last).toMatch(/^HEALTHCHECK [\s\S]*\/health/m)
    expect(last).toContain('bubblewrap')
  })

  test('is built from all that it copies, and from nothing that was installed, built or tested here', () => {
    const isSent = readIgnoreFile('deploy/docker/Dockerfile.dockerignore')
    const needed = ['packages/web/index.html', 'packages/web/vite.config.ts', 'packages/web/src/main.tsx']
    const files = [...copied, ...needed, 'packages/codenode/bin/codenode.js', 'packages/codenode/packages/install']
    expect(files.filter((file) => !existsSync(path.join(root, file)))).toEqual([])
    expect(files.filter((file) => !isSent(file))).toEqual([])
    const kept = ['.git', '.codenode/packages', 'node_modules/zod', 'packages/web/node_modules/react', 'docs']
    const built = ['packages/web/dist/index.html', 'packages/codenode/test/deploy.test.ts']
    expect([...kept, ...built, 'packages/codenode/src/contract/json.test.ts'].filter(isSent)).toEqual([])
  })

  test('is reachable from outside, so it needs a key', () => {
    const [, text = ''] = /^ENV ((?:.*\\\n)*.*)$/m.exec(last) ?? []
    const pairs = text.split(/[\s\\]+/).map((pair) => pair.split('=') as [string, string])
    const env = Object.fromEntries(pairs)
    const { config, issues } = checkConfig({}, env, null)
    expect(issues).toEqual([])
    expect(config.service).toMatchObject({ host: '0.0.0.0', port: 8194, apiKeys: [] })
  })

  test('has its packages beside the installation, whatever volume lies over the data directory', () => {
    const [, installed] = /packages\/codenode\/packages\/install (\S+)/.exec(dockerfile) ?? []
    const [, copied] = /^COPY --from=build (\S+) \1$/m.exec(last) ?? []
    expect({ installed, copied }).toEqual({
      installed: describeInstallation('/opt/codenode/packages/codenode').ownFolder,
      copied: '/opt/codenode',
    })
  })
})

describe('compose', () => {
  test('the override for Dify replaces the service sandbox and nothing else', () => {
    const [compose] = readYaml('deploy/dify/compose.yaml')
    expect(compose).toEqual({ services: { sandbox: expect.anything() as unknown } })
    const sandbox = at(compose, 'services.sandbox')
    const { config, issues } = checkConfig({}, substituteAll(at(sandbox, 'environment')), null)
    expect(issues).toEqual([])
    expect(config.service).toMatchObject({ port: 8194, apiKeys: ['dify-sandbox'] })
    expect(config.limits.wallMs).toBe(15_000)
    const check = at<unknown[]>(sandbox, 'healthcheck.test')
    expect(check.slice(0, 3)).toEqual(['CMD', 'node', '-e'])
    expect(substitute(String(check[3]))).toContain('fetch("http://127.0.0.1:8194/health")')
    const profiles = profilesIn(at(sandbox, 'security_opt'), { CODENODE_DIR: '.' })
    for (const file of [at<string>(sandbox, 'build.dockerfile'), ...profiles]) {
      expect(existsSync(path.join(root, file)), file).toBe(true)
    }
  })

  test('the service by itself asks for a key and takes no right that it does not need', () => {
    const [compose] = readYaml('deploy/docker/compose.yaml')
    const service = at<Record<string, unknown>>(compose, 'services.codenode')
    const folder = path.join(root, 'deploy/docker')
    const dockerfile = path.join(folder, at(service, 'build.context'), at(service, 'build.dockerfile'))
    expect(existsSync(dockerfile)).toBe(true)
    expect(service).toMatchObject({ read_only: true, cap_drop: ['ALL'], ports: ['127.0.0.1:8194:8194'] })
    expect(service).not.toHaveProperty('privileged')
    const { config, issues } = checkConfig({}, substituteAll(at(service, 'environment')), null)
    expect(issues).toEqual([])
    const gibibytes = Number(/^(\d+)g$/.exec(at(service, 'mem_limit'))?.[1])
    expect(gibibytes * 1024).toBeGreaterThanOrEqual(memoryFor(config))
    const profiles = profilesIn(at(service, 'security_opt'))
    expect(profiles.map((file) => existsSync(path.join(folder, file)))).toEqual([true])
  })

  function profilesIn(options: string[], env: Record<string, string> = {}): string[] {
    return options.flatMap((option) => /^seccomp=(.*)$/.exec(substitute(option, env))?.[1] ?? [])
  }
})

describe('Kubernetes', () => {
  const folder = 'deploy/kubernetes'
  const [kustomization] = readYaml(`${folder}/kustomization.yaml`)
  const resources = at<string[]>(kustomization, 'resources')
  const manifests = resources.flatMap((file) => readYaml(`${folder}/${file}`))
  const find = (kind: string) => manifests.find((manifest) => at(manifest, 'kind') === kind)
  const pod = at(find('Deployment'), 'spec.template')
  const container = at(pod, 'spec.containers.0')

  test('every file is used, and every selector finds the pods', () => {
    const files = globSync('*.yaml', { cwd: path.join(root, folder) })
    expect(files.toSorted()).toEqual([...resources, 'kustomization.yaml'].toSorted())
    const selectors = [
      at<object>(find('Deployment'), 'spec.selector.matchLabels'),
      at<object>(find('Service'), 'spec.selector'),
      at<object>(find('NetworkPolicy'), 'spec.podSelector.matchLabels'),
      at<object>(find('PodDisruptionBudget'), 'spec.selector.matchLabels'),
    ]
    for (const selector of selectors) expect(at(pod, 'metadata.labels')).toMatchObject(selector)
    expect(at(find('NetworkPolicy'), 'spec')).toMatchObject({ policyTypes: ['Ingress', 'Egress'], egress: [] })
  })

  test('probes ask the routes that are there for them, and a stop has time', () => {
    const routes = { startupProbe: '/readyz', readinessProbe: '/readyz', livenessProbe: '/livez' }
    for (const [probe, path] of Object.entries(routes)) {
      expect(at(container, `${probe}.httpGet`), probe).toEqual({ path, port: 'http' })
    }
    const { drainMs, stopMs } = checkConfig({}, {}, null).config.service
    expect(at(pod, 'spec.terminationGracePeriodSeconds')).toBeGreaterThanOrEqual((drainMs + stopMs) / 1000 + 10)
  })

  test('the pod is an ordinary user without capabilities, and its memory is enough for its runs', () => {
    expect(at(pod, 'spec.securityContext')).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'Localhost' } })
    expect(at(container, 'securityContext')).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    })
    const pairs = at<{ name: string; value: string }[]>(container, 'env').map(({ name, value }) => [name, value])
    const { config, issues } = checkConfig({}, Object.fromEntries(pairs) as Record<string, string>, null)
    expect(issues).toEqual([])
    const needed = memoryFor(config)
    expect(at(container, 'resources.limits.memory')).toBe(`${needed}Mi`)
    expect(at(container, 'resources.requests.memory')).toBe(`${needed}Mi`)
  })
})

describe('systemd', () => {
  const unit = read('deploy/systemd/codenode.service')

  test('the memory of the unit is enough for its runs', () => {
    const pairs = [...unit.matchAll(/\b(CODENODE_\w+)=(\S+)/g)].map(([, name = '', value = '']) => [name, value])
    const { config } = checkConfig({}, Object.fromEntries(pairs) as Record<string, string>, null)
    const gibibytes = Number(/^MemoryMax=(\d+)G$/m.exec(unit)?.[1])
    expect(gibibytes * 1024).toBeGreaterThanOrEqual(memoryFor(config))
  })

  test('the unit leaves what a sandbox needs', () => {
    const settings = unit.split('\n').filter((line) => /^[A-Z]\w+=/.test(line))
    const names = settings.map((line) => line.split('=', 1)[0])
    for (const name of ['RestrictNamespaces', 'ProtectHostname', 'ProcSubset', 'MemoryDenyWriteExecute']) {
      expect(names).not.toContain(name)
    }
    expect(settings).toContain('NoNewPrivileges=yes')
    expect(settings).toContain('CapabilityBoundingSet=')
    const [filter = ''] = settings.filter((line) => line.startsWith('SystemCallFilter='))
    for (const call of [...addedToDocker, ...addedForNewBubblewrap, '@mount', '@privileged'])
      expect(filter.split(/[\s~=]/)).not.toContain(call)
  })

  test.runIf(existsSync('/usr/bin/systemd-analyze'))('systemd finds nothing wrong with it', () => {
    const file = path.join(scratch, 'codenode.service')
    // The program must be there, which on this machine is elsewhere.
    writeFileSync(file, unit.replace('/usr/bin/node ', `${process.execPath} `))
    // It writes below /run/systemd, which only a machine that systemd has booted lets an ordinary user see.
    const command = ['--dev-bind', '/', '/', '--tmpfs', '/run', 'systemd-analyze', 'verify', file]
    const { status, stderr } = spawnSync('bwrap', command, { encoding: 'utf8' })
    expect({ status, wrong: stderr.split('\n').filter((line) => line.includes(file)) }).toEqual({
      status: 0,
      wrong: [],
    })
  })
})

describe('the seccomp profile for containers', () => {
  test('is what its script writes', () => {
    expect(JSON.parse(read('deploy/docker/seccomp.json'))).toEqual(buildSeccompProfile())
  })

  test('lets a sandbox start with every layer', () => {
    const { status, stdout, stderr } = startUnder([allow(...allowedCalls)])
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: 'namespaces+landlock+seccomp', stderr: '' })
  })

  test.each(addedToDocker)('would not without %s', (call) => {
    const others = allow(...allowedCalls.filter((name) => name !== call))
    // Threads are made by clone as well, so only its flags for namespaces are taken away, as Docker does.
    const { status, stderr } = startUnder([others, ...(call === 'clone' ? [allowIf(call, NO_NEW_NAMESPACE)] : [])])
    expect({ status, isTold: stderr.includes('The sandbox is not available.') }).toEqual({ status: 1, isTold: true })
  })

  const arch = toArchitecture(process.arch) ?? 'x86_64'
  const [{ names }] = buildSeccompProfile().syscalls as [{ names: string[] }]
  const allowedCalls = names.filter((name) => name in ARCHITECTURES[arch].numbers) as SyscallName[]

  /** A container runtime loads the same list by libseccomp. */
  function startUnder(rules: readonly Rule[]) {
    const file = path.join(scratch, 'filter')
    writeFileSync(file, buildFilter({ rules, byDefault: { errno: 1 }, aboveTable: { errno: 38 } }, arch).program)
    const support = path.join(import.meta.dirname, 'support')
    const command = [`${support}/under-filter.py`, file, process.execPath, `${support}/start-and-run.ts`]
    return spawnSync('python3', command, { encoding: 'utf8', timeout: 50_000 })
  }
})
