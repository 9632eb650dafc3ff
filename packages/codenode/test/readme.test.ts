// What the README shows must work as it stands.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { parse } from 'yaml'
import { parseNode } from '../src/index.ts'
import { findDataDir } from '../src/sandbox/find-paths.ts'

const root = path.resolve(import.meta.dirname, '../../..')
const readme = readFileSync(path.join(root, 'README.md'), 'utf8')
const scratch = mkdtempSync(path.join(findDataDir(), 'readme-'))
afterAll(() => rmSync(scratch, { recursive: true }))

function block(language: string): string {
  const found = new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'm').exec(readme)
  if (!found?.[1]) throw new Error(`README.md has no block of ${language}`)
  return found[1]
}

test('the node of the README is a valid node', () => {
  expect(parseNode(parse(block('yaml'))).title).toBe('Average')
})

test('the program of the README runs as the README says', () => {
  const index = path.join(root, 'packages/codenode/src/index.ts')
  const program = block('ts').replace("'codenode'", JSON.stringify(index))
  const node = `const node = ${JSON.stringify(parse(block('yaml')))}\n`
  writeFileSync(
    path.join(scratch, 'readme.mts'),
    `${program}\n${node}`.replace(/^(import .*)$/m, `$1\n${node}`).slice(0, -node.length) +
      '\nconsole.log(JSON.stringify(record.outputs))\n',
  )
  const { stdout, stderr } = spawnSync(process.execPath, [path.join(scratch, 'readme.mts')], {
    encoding: 'utf8',
    cwd: root,
  })
  expect({ stdout, stderr }).toEqual({ stdout: '{"average":2.1666666666666665}\n', stderr: '' })
})

test('the bare program of the README runs from the command line', () => {
  const file = path.join(scratch, 'average.py')
  writeFileSync(file, block('python'))
  const args = [
    path.join(root, 'packages/codenode/bin/codenode.js'),
    'run',
    file,
    '--input',
    'numbers=[1, 2, 3.5]',
    '--json',
  ]
  const { stdout, status } = spawnSync(process.execPath, args, { encoding: 'utf8', cwd: root })
  const record = JSON.parse(stdout) as { outputs: unknown }
  expect({ status, outputs: record.outputs }).toEqual({ status: 0, outputs: { average: 2.1666666666666665 } })
})
