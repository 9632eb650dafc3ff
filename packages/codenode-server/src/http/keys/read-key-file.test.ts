import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { isCodenodeError } from 'codenode'
import { afterAll, describe, expect, test } from 'vitest'
import { readKeyFile } from './read-key-file.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'codenode-keys-'))
afterAll(() => rmSync(folder, { recursive: true }))
const file = path.join(folder, 'keys.yaml')
const text = 'a-key-of-sixteen-characters'
const sha256 = createHash('sha256').update(text).digest('hex')

const read = (content: string) => {
  writeFileSync(file, content)
  return readKeyFile(file)
}
const refusal = (content: string): string => {
  try {
    read(content)
  } catch (error) {
    if (isCodenodeError(error, 'configuration_invalid')) return error.message
    throw error
  }
  return 'it is read'
}

describe('a file of keys', () => {
  test('gives each key its name, roles, expiry, limit and rate', () => {
    const [one, two] = read(`keys:
  - { name: team-a, key: ${text} }
  - name: prometheus
    sha256: '${'0'.repeat(64)}'
    roles: [metrics]
    expires: 2027-01-31
    maxRuns: 3
    requestsPerMinute: 60
`)
    expect(one).toEqual({
      client: 'team-a',
      digest: Buffer.from(sha256, 'hex'),
      roles: new Set(['run', 'read']),
      expiresAtMs: null,
      maxRuns: null,
      requestsPerMinute: null,
    })
    expect(two).toMatchObject({
      client: 'prometheus',
      roles: new Set(['metrics']),
      // The end of that day.
      expiresAtMs: Date.parse('2027-02-01T00:00:00Z'),
      maxRuns: 3,
      requestsPerMinute: 60,
    })
  })

  test('may be JSON, and a time of expiry may have its offset', () => {
    const [one] = read(JSON.stringify({ keys: [{ name: 'a', key: text, expires: '2027-01-31T10:00:00+02:00' }] }))
    expect(one.expiresAtMs).toBe(Date.parse('2027-01-31T08:00:00Z'))
  })

  test('is refused with all that is wrong, and no key is told', () => {
    const said = refusal(`keys:
  - { name: a, key: ${text}, role: [run] }
  - { name: 'b c', key: short-secret }
  - { name: c, key: ${text}, sha256: ${sha256} }
  - { name: d }
  - { name: e, sha256: ${text} }
  - { name: f, key: 1234567890123456789 }
  - { name: g, key: ${text}x, roles: [root], expires: tomorrow, maxRuns: 0 }
`)
    for (const [place, words] of [
      ['keys[0]', 'Did you mean roles?'],
      ['keys[1].name', 'letters, digits'],
      ['keys[1].key', 'at least 16 characters'],
      ['keys[2]', 'needs either key or sha256'],
      ['keys[3]', 'needs either key or sha256'],
      ['keys[4].sha256', '64 hexadecimal digits'],
      ['keys[5].key', 'must be text in quotes'],
      ['keys[6].roles[0]', 'run, read, metrics, admin'],
      ['keys[6].expires', '2027-01-31'],
      ['keys[6].maxRuns', 'at least 1'],
    ]) {
      expect(said).toMatch(
        new RegExp(`${file}: ${place?.replaceAll(/[[\].]/g, '\\$&')} [^\\n]*${words?.replaceAll('?', '\\?')}`),
      )
    }
    for (const secret of [text, 'short-secret', '1234567890123456789']) expect(said).not.toContain(secret)
  })

  test.each([
    ['nothing', '', 'keys'],
    ['no keys', 'keys: []', 'at least one entry'],
    ['a name it does not know', 'key: []', 'Did you mean keys?'],
    ['a key in each line', `${text}\n${text}x`, 'must be a block'],
    ['keys without names', `keys: [${text}]`, 'keys[0] must be a block'],
    ['a key as a name', `${text}: team-a`, 'has a member that is not known'],
    ['a key as a role', `keys: [{ name: a, key: ${text}y, roles: [${text}] }]`, 'run, read, metrics, admin'],
    ['a key that is an alias', `keys: [{ name: a, key: *${text} }]`, 'is not YAML'],
    ['an alias to itself', 'keys: &k [*k]', 'is not YAML'],
    ['a key with a space', `keys: [{ name: a, key: '${text} x' }]`, 'none a space'],
    [
      'other limits for the same name',
      `keys: [{name: a, key: ${text}}, {name: a, key: ${text}z, maxRuns: 3}]`,
      'one client',
    ],
    ['text that is no YAML', `keys: [{ name: a, key: ${text}`, 'is not YAML'],
    ['the same key twice', `keys: [{name: a, key: ${text}}, {name: b, sha256: ${sha256}}]`, 'the same key twice'],
  ])('with %s is refused', (_, content, words) => {
    expect(refusal(content)).toContain(words)
    expect(refusal(content)).not.toContain(text)
  })

  test('that is no file, or far too large, is refused at once', () => {
    const pipe = path.join(folder, 'pipe')
    execFileSync('mkfifo', [pipe])
    expect(() => readKeyFile(pipe)).toThrow('pipe is not a file')
    expect(() => readKeyFile(folder)).toThrow('is not a file')
    expect(() => readKeyFile('/dev/zero')).toThrow('is not a file')
    expect(refusal('#'.repeat(300_000))).toContain('has 300000 bytes')
  })

  test('that is not there is refused', () => {
    expect(() => readKeyFile(path.join(folder, 'none.yaml'))).toThrow(/none\.yaml cannot be read \(ENOENT\)/)
  })
})
