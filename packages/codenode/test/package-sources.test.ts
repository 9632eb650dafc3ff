/** Packages that an operator adds: looked up before anything is installed, and built in a sandbox where there is only source. */
import { execFile, execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const lists = path.resolve(import.meta.dirname, '../packages')
const folder = mkdtempSync(path.join(tmpdir(), 'codenode-sources-'))
const index = path.join(folder, 'index')
const python = path.join(folder, 'venv/bin/python')
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** A build backend of the source's own, so that nothing else is needed: `tag` of the wheel, and Python to run first. */
const backend = (name: string, tag: string, work: string) => `import zipfile, os
def build_wheel(folder, config_settings=None, metadata_directory=None):
    said = {}
${work.replaceAll(/^/gm, '    ')}
    file = "${name}-1.0-${tag}.whl"
    with zipfile.ZipFile(os.path.join(folder, file), "w") as wheel:
        wheel.writestr("${name}.py", f"said = {said!r}")
        wheel.writestr("${name}-1.0.dist-info/METADATA", "Metadata-Version: 2.1\\nName: ${name}\\nVersion: 1.0\\n")
        wheel.writestr("${name}-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: ${tag}\\n")
        wheel.writestr("${name}-1.0.dist-info/RECORD", "")
    return file
`

function publish(name: string, { tag = 'py3-none-any', work = 'pass' } = {}): void {
  const source = path.join(folder, `${name}-1.0`)
  mkdirSync(source)
  const system = '[build-system]\nrequires = []\nbuild-backend = "own"\nbackend-path = ["."]\n'
  writeFileSync(path.join(source, 'pyproject.toml'), `${system}[project]\nname = "${name}"\nversion = "1.0"\n`)
  writeFileSync(path.join(source, 'own.py'), backend(name, tag, work))
  writeFileSync(path.join(source, 'PKG-INFO'), `Metadata-Version: 2.1\nName: ${name}\nVersion: 1.0\n`)
  execFileSync('tar', ['-C', folder, '-czf', path.join(index, `${name}-1.0.tar.gz`), `${name}-1.0`])
}

beforeAll(() => {
  const installer = path.join(lists, 'install')
  const found = execFileSync(installer, ['--find-python'], { encoding: 'utf8' }).trim()
  execFileSync(found, ['-m', 'venv', path.join(folder, 'venv')])
  mkdirSync(index)
  const where = 'from pip._vendor.certifi import where; print(where())'
  const authorities = execFileSync(python, ['-c', where], { encoding: 'utf8' }).trim()
  writeFileSync(path.join(folder, 'secret'), 'a secret of the host')
  const reach = `import socket
try: socket.create_connection(("127.0.0.1", 9), 1)
except OSError as error: said["network"] = type(error).__name__
said["interfaces"] = [name for _, name in socket.if_nameindex()]
said["authorities"] = os.path.exists("${authorities}")
said["secret"] = os.path.exists("${folder}/secret")
try: open("/usr/written", "w")
except OSError as error: said["write"] = type(error).__name__
said["variables"] = sorted(name for name in os.environ if "SECRET" in name)`
  publish('pure_one')
  publish('curious', { work: reach })
  publish('native', { tag: 'cp311-cp311-linux_x86_64' })
  publish('broken', { work: 'raise RuntimeError("an error of its own")' })
}, 120_000)

type Looked = { exitCode: number; stderr: string; wheels: string }

async function lookUp(name: string, requirements: string[], constraints = ''): Promise<Looked> {
  const wheels = path.join(folder, `wheels-${name}`)
  const files = ['requirements', 'constraints'].map((it) => path.join(folder, `${name}-${it}.txt`))
  writeFileSync(files[0] as string, requirements.map((line) => `${line}\n`).join(''))
  writeFileSync(files[1] as string, constraints)
  const env = { ...process.env, PIP_NO_INDEX: '1', PIP_FIND_LINKS: index, MY_SECRET: 'x' }
  const args = ['-B', path.join(lists, 'python/sources.py'), ...files, wheels]
  return await new Promise((resolve) => {
    execFile(python, args, { env }, (error, _stdout, stderr) =>
      resolve({ exitCode: error ? Number(error.code) : 0, stderr, wheels }),
    )
  })
}

describe('a package that is published as source only', () => {
  test('is built, and its hash is kept', async () => {
    const { exitCode, stderr, wheels } = await lookUp('pure', ['pure-one', '# a comment'])
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
    expect(readdirSync(wheels).toSorted()).toEqual(['built.txt', 'pure_one-1.0-py3-none-any.whl'])
    expect(readFileSync(path.join(wheels, 'built.txt'), 'utf8')).toMatch(
      /^pure-one==1\.0 --hash=sha256:[0-9a-f]{64}\n$/,
    )
  })

  test('is built without network, files of the host and its variables', async () => {
    const { exitCode, wheels } = await lookUp('curious', ['curious'])
    expect(exitCode).toBe(0)
    const read = `import sys; sys.path.insert(0, "${wheels}/curious-1.0-py3-none-any.whl"); import curious, json; print(json.dumps(curious.said))`
    expect(JSON.parse(execFileSync(python, ['-c', read], { encoding: 'utf8' }))).toEqual({
      network: expect.stringMatching(/Error$/) as string,
      interfaces: ['lo'],
      // Public, and read by some versions of pip whatever they do.
      authorities: true,
      secret: false,
      write: 'OSError',
      variables: [],
    })
    expect(existsSync('/usr/written')).toBe(false)
  })

  test('is refused where it has parts to compile', async () => {
    const { exitCode, stderr, wheels } = await lookUp('native', ['native'])
    expect(exitCode).toBe(3)
    expect(stderr).toContain('native: it is published as source only, and has parts that need a compiler.')
    expect(readdirSync(wheels)).toEqual(['built.txt'])
  })

  test('is refused with the reason where building fails', async () => {
    const { exitCode, stderr } = await lookUp('broken', ['broken'])
    expect(exitCode).toBe(3)
    expect(stderr).toContain('broken: it is published as source only, and it cannot be built here')
    expect(stderr).toContain('an error of its own')
  })
})

test('what cannot be had is told for all names at once', async () => {
  const wanted = ['pure-one==7', 'not-on-this-index', 'pure-one']
  const { exitCode, stderr } = await lookUp('absent', wanted)
  expect(exitCode).toBe(3)
  expect(stderr).toBe(
    'pure-one==7: no version is ==7; the newest are 1.0.\nnot-on-this-index: no such package is on the index, or none for this Python and machine.\n',
  )
  const fixed = await lookUp('fixed', ['pure-one<1'], 'pure_one==1.0 --hash=sha256:aa\n')
  expect(fixed.stderr).toBe('pure-one<1: the standard set has pure-one==1.0, which stays.\n')
})
