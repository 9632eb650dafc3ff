import { LineCounter, parseDocument, type ScalarTag, stringify, type Tags } from 'yaml'
import { CodenodeError } from '../contract/error.ts'
import { describeValue, isObject } from '../contract/values.ts'
import { hasMoreValuesThan } from '../json/count-values.ts'
import { parseLossless } from '../json/json.ts'
import { indentQuotedTexts } from './indent-quoted.ts'
import { findExcess, findProblems, type YamlProblem } from './yaml-problems.ts'

/**
 * A workflow's document from the text of an export, YAML or JSON. Whole numbers keep all their digits, and what Dify's own
 * writer takes for text is text: `1e3`, `08` and `yes` without quotes. Throws `workflow_invalid` with line and column.
 *
 * @example
 * const record = await codenode.runWorkflow(readWorkflowText(await readFile('app.yml', 'utf8')), inputs)
 */
export function readWorkflowText(text: string): unknown {
  // The types say that it is text; who calls from JavaScript has no types.
  const given: unknown = text
  if (typeof given !== 'string') {
    const message = `is ${describeValue(given)}; it must be a text.`
    throw new CodenodeError('workflow_invalid', { issues: [{ path: 'workflow', message, node: null }] })
  }
  const found = findDocument(given)
  return 'yaml' in found ? readYaml(found.yaml) : found.json
}

/** A document in JSON, or its YAML: the text itself, or that in an answer of Dify's console API, `{"data": "<YAML>"}`. */
function findDocument(text: string): { json: unknown } | { yaml: string } {
  const json = tryJson(text)
  if (json === undefined) return { yaml: text }
  const yaml = textOfAnswer(json)
  return yaml === null ? { json } : { yaml }
}

/** The YAML in an answer of Dify's console API for an export; null: it is none. */
export function textOfAnswer(document: unknown): string | null {
  if (!isObject(document) || typeof document.data !== 'string' || Object.keys(document).length !== 1) return null
  return document.data
}

/** The document in an answer of Dify's console API, or the document itself. */
export function unwrapAnswer(document: unknown): unknown {
  const text = textOfAnswer(document)
  return text === null ? document : readWorkflowText(text)
}

function readYaml(text: string): unknown {
  const first = parse(text)
  const isUnclosed = first.document.errors.some(({ code }) => code === 'MISSING_CHAR')
  const { document, source, lineCounter } = isUnclosed ? parse(indentQuotedTexts(text)) : first
  const problems = findProblems(document, source, lineCounter)
  if (problems.length > 0) throw refusal(problems)
  try {
    return document.toJS({ maxAliasCount: 100, reviver: toNumber })
  } catch (cause) {
    if (!(cause instanceof ReferenceError)) throw cause
    const message = 'has aliases of aliases, which make it too large; write their values out.'
    throw refusal([{ at: null, message }], cause)
  }
}

function parse(source: string) {
  const lineCounter = new LineCounter()
  const document = parseDocument(source, {
    intAsBigInt: true,
    prettyErrors: true,
    uniqueKeys: false,
    lineCounter,
    schema: 'core',
    customTags: asDifyWrites,
  })
  return { document, source, lineCounter }
}

/** As `readWorkflowText`, for texts of strangers: what would take too long to read is refused before it is parsed. */
export function readForeignText(text: string): unknown {
  const found = findDocument(text)
  const excess = 'yaml' in found ? findExcess(found.yaml) : null
  if (excess) throw refusal([excess])
  const document = 'yaml' in found ? readYaml(found.yaml) : found.json
  // Aliases make a hundred times what is written.
  if (!hasMoreValuesThan(document, maxValues)) return document
  throw refusal([{ at: null, message: `holds more than ${maxValues} values.` }])
}

/** Far more than a workflow has. */
const maxValues = 250_000

function refusal(problems: readonly YamlProblem[], cause?: unknown): CodenodeError {
  const issues = problems.map(({ at, message }) => ({
    path: at ? `line ${at.line}, column ${at.column}` : 'workflow',
    message,
    node: null,
  }))
  return new CodenodeError('workflow_invalid', { issues }, { cause })
}

/** The text of a document, as YAML that this and Dify's own reader (YAML 1.1) take for the same values. */
export function writeWorkflowText(document: unknown): string {
  return stringify(document, {
    schema: 'core',
    compat: 'yaml-1.1',
    customTags: withExactScalars,
    aliasDuplicateObjects: false,
    blockQuote: 'literal',
    lineWidth: 0,
    // Folded, a line of one blank comes back as a backslash.
    doubleQuotedMinMultiLineLength: Number.MAX_SAFE_INTEGER,
  })
}

/** An object in JSON; undefined: it is YAML, which can look like it. */
function tryJson(text: string): unknown {
  if (!/^\s*\{/.test(text)) return undefined
  try {
    return parseLossless(text)
  } catch {
    // YAML's flow style begins with a brace as well; its parser says what is wrong.
    return undefined
  }
}

function toNumber(_: unknown, value: unknown): unknown {
  return typeof value === 'bigint' && Number.isSafeInteger(Number(value)) ? Number(value) : value
}

/** Exports are written by PyYAML, which quotes a text only where its own patterns would take it for a number. */
const patterns: Readonly<Record<string, RegExp | null>> = {
  'tag:yaml.org,2002:int': /^[-+]?(?:0|[1-9][0-9]*)$/,
  'tag:yaml.org,2002:int OCT': null,
  'tag:yaml.org,2002:float': /^(?:[-+]?[0-9]+\.[0-9]*|\.[0-9]+)$/,
  'tag:yaml.org,2002:float EXP': /^(?:[-+]?[0-9]+\.[0-9]*|\.[0-9]+)[eE][-+][0-9]+$/,
}

function asDifyWrites(tags: Tags): Tags {
  return tags.flatMap((tag): Tags => {
    // The tag of .inf and .nan has the name of the other floats.
    if (typeof tag === 'string' || !('test' in tag) || tag.test?.test('.inf')) return [tag]
    const pattern = patterns[tag.format ? `${tag.tag} ${tag.format}` : tag.tag]
    if (pattern === undefined) return [tag]
    // Tags that have a pattern are those of scalars.
    return pattern === null ? [] : [{ ...(tag as ScalarTag), test: pattern }]
  })
}

/** What readers of YAML 1.1 take for the end of a line, or refuse to read, unless it is escaped. */
const unprintable = /(?![\t\n])[\p{Cc}\p{Cs}\u2028\u2029\ufeff\ufffe\uffff]/gu

/** A tag without a pattern would give way to those that have one. */
const matchesNothing = /(?!)/

const quotedText: ScalarTag = {
  tag: 'tag:yaml.org,2002:str',
  default: true,
  test: matchesNothing,
  identify: (value) => typeof value === 'string' && (needsQuotes(value) || value.search(unprintable) >= 0),
  resolve: (text) => text,
  stringify: ({ value }) => JSON.stringify(value).replaceAll(unprintable, toEscape),
}

/**
 * A bare `=` has a meaning in YAML 1.1, and if-else nodes compare with it. PyYAML takes no tab in a text without quotes, and
 * blanks alone do not come back from a block.
 */
function needsQuotes(text: string): boolean {
  return text === '=' || (text.includes('\t') && !text.includes('\n')) || /^\s+$/.test(text)
}

/** Numbers that are no safe integers stay what they are: with a point, and a sign before the exponent. */
const exactFloat: ScalarTag = {
  tag: 'tag:yaml.org,2002:float',
  default: true,
  test: matchesNothing,
  identify: (value) => typeof value === 'number' && Number.isFinite(value) && !Number.isSafeInteger(value),
  resolve: Number,
  stringify: ({ value }) => {
    const [mantissa = '', exponent] = String(value).split('e')
    const withPoint = mantissa.includes('.') ? mantissa : `${mantissa}.0`
    return exponent === undefined ? withPoint : `${withPoint}e${exponent}`
  },
}

function withExactScalars(tags: Tags): Tags {
  return [quotedText, exactFloat, ...tags]
}

function toEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}
