import { findJsonProblem } from '../config/parse-yaml.ts'
import { isObject } from '../contract/values.ts'
import { mergeMembers } from '../json/exact-numbers.ts'
import { parseLossless, parseMember } from '../json/json.ts'
import { JsonError } from '../json/json-scan.ts'
import { readText, readYaml } from './read-file.ts'
import { warn } from './read-settings.ts'
import { UsageError } from './usage-error.ts'

const form = 'It is given as name=value, or name:=value for text as it is.'

/**
 * The inputs of a run: those of the file, then the single ones, which win. `name=value` is JSON where it can be read as
 * JSON, else text; `name:=value` is always text.
 */
export function readInputs(given: { file?: string | undefined; pairs: readonly string[] }): Record<string, unknown> {
  const fromFile = given.file === undefined ? {} : readObjectFile(given.file, 'inputs')
  return mergeMembers(fromFile, ...given.pairs.map((pair) => readPair(pair, '--input')))
}

/** `name=value` or `name:=value`, as an option gives it, as an object with that one member. */
export function readPair(pair: string, option: string): Record<string, unknown> {
  const at = pair.indexOf('=')
  if (at <= 0 || pair.startsWith(':='))
    throw new UsageError(`${option} ${JSON.stringify(pair)} has no name and value.`, form)
  const text = pair.slice(at + 1)
  return pair[at - 1] === ':' ? { [pair.slice(0, at - 1)]: text } : toValue(pair.slice(0, at), text)
}

function toValue(name: string, text: string): Record<string, unknown> {
  try {
    const value = {}
    parseMember(text, value, name)
    return value
  } catch (error) {
    if (!(error instanceof JsonError)) throw error
    // Text seldom begins so: a quote may be missing, or the shell has taken it.
    if (/^\s*[[{]/.test(text))
      warn(`${name} begins like JSON and is none, so it is text: ${text}. ${name}:=… says that text is meant.`)
    return { [name]: text }
  }
}

/** An object in JSON or YAML, whose keys are the names of `what`. */
export function readObjectFile(file: string, what: 'inputs' | 'stand-ins'): Record<string, unknown> {
  const name = file === '-' ? 'the standard input' : file
  const text = readText(file, `The ${what}`)
  const value = /^\s*[[{]/.test(text) ? parseJson(text, name) : readYaml(text, name)
  if (isObject(value)) return value
  const [keys, example] =
    what === 'inputs' ? ['the names of the inputs', '{"text": "a b"}'] : ['ids of nodes', '{"llm": {"text": "a b"}}']
  throw new UsageError(`${name} must hold an object whose keys are ${keys}.`, `For example ${example}.`)
}

function parseJson(text: string, name: string): unknown {
  try {
    return parseLossless(text)
  } catch (error) {
    if (!(error instanceof JsonError)) throw error
    const at = findJsonProblem(text)
    const place = at ? `, line ${at.line}, column ${at.column}` : ''
    throw new UsageError(`${name}${place}: ${error.message.replaceAll('\n', ' ')}`, 'Fix the JSON.', {
      cause: error,
    })
  }
}
