import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { cliPage, listCommands } from '../scripts/cli-page.ts'
import { configurationPage } from '../scripts/configuration-page.ts'
import { mcpPage } from '../scripts/mcp-page.ts'
import { nameOf } from '../src/cli/build-program.ts'
import { helpNotes } from '../src/cli/help-notes.ts'
import { environmentNames } from '../src/config/environment.ts'
import { flatSettings, groupNames } from '../src/config/flat-settings.ts'
import { parseYaml } from '../src/config/parse-yaml.ts'
import { checkConfig } from '../src/config/read-config.ts'
import { defaultLimits, limitNames } from '../src/contract/limits.ts'

const read = (page: string) => readFileSync(new URL(`../../../docs/${page}`, import.meta.url), 'utf8')

describe('docs/configuration.md', () => {
  const page = read('configuration.md')

  test('is what the tables say; `npm run docs` writes it anew', () => {
    expect(page).toBe(configurationPage())
  })

  test('has every setting, every limit and every variable', () => {
    const names = [...flatSettings.map(({ path }) => path), ...limitNames.map((it) => `limits.${it}`)]
    expect([...names, ...environmentNames].filter((name) => !page.includes(`\`${name}\``))).toEqual([])
  })

  test('has an example that is right, with something of every group', () => {
    const [, text = ''] = /^```yaml\n([\s\S]*?)^```/m.exec(page) ?? []
    const parsed = parseYaml(text)
    if (parsed.status === 'refused') throw new Error(JSON.stringify(parsed.problems))
    const { config, issues } = checkConfig(parsed.value, {}, { file: '/etc/codenode.yaml', origin: 'named' })
    expect({ issues, notices: config.notices }).toEqual({ issues: [], notices: [] })
    const isSet = (path: string) => config.readings.get(path)?.origin.from === 'file'
    const groups = groupNames.filter((group) => flatSettings.some((it) => it.group === group && isSet(it.path)))
    expect(groups).toEqual(groupNames)
    expect(limitNames.some((name) => isSet(`limits.${name}`))).toBe(true)
  })
})

test('the README tells the defaults as they are', () => {
  const readme = read('../README.md').replaceAll(/\s+/g, ' ')
  const { wallMs, cpuMs, memoryMb, threads, openFiles, codeBytes, inputBytes, resultBytes, logBytes } = defaultLimits
  const { maxValues, maxDepth, maxStringLength, maxPrecision, tmpMb } = defaultLimits
  expect(resultBytes).toBe(inputBytes)
  for (const told of [
    `${wallMs / 1000} s of wall time, ${cpuMs / 1000} s of CPU time, ${memoryMb} MiB of memory, ${threads} threads and ${openFiles} open files`,
    `Code may have ${codeBytes / 2 ** 20} MiB, inputs and result ${inputBytes / 2 ** 20} MiB each, kept logs ${logBytes / 2 ** 20} MiB`,
    `${maxValues} values. A result can be nested ${maxDepth} levels deep, with strings of ${maxStringLength} characters`,
    `with ${maxPrecision} decimal places`,
    `up to ${tmpMb} MiB of its memory`,
    `A workflow has ${checkConfig({}, {}, null).config.workflowMs / 60_000} minutes`,
  ])
    expect(readme).toContain(told)
})

test('docs/mcp.md is what the tools take; `npm run docs` writes it anew', () => {
  expect(read('mcp.md')).toBe(mcpPage())
})

describe('docs/cli.md', () => {
  test('is what the commands say; `npm run docs` writes it anew', () => {
    expect(read('cli.md')).toBe(cliPage())
  })

  test('has notes for every command, and for no other', () => {
    expect(['', ...listCommands().map(nameOf)].toSorted()).toEqual(Object.keys(helpNotes).toSorted())
  })

  const examples = listCommands().flatMap((command) =>
    helpNotes[nameOf(command)].examples.map(([line]) => ({ line, command })),
  )
  test.each(examples)('$line calls its command with options that it has', ({ line, command }) => {
    const call = line.replace(/^(?:\w+="[^"]*" )+/, '')
    expect(call.startsWith(`codenode ${nameOf(command)}`)).toBe(true)
    const known = command.options.map(({ long }) => long)
    expect((call.match(/(?<= )--[a-z-]+/g) ?? []).filter((option) => !known.includes(option))).toEqual([])
  })
})
