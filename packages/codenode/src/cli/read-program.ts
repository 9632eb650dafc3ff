import path from 'node:path'
import { CodenodeError } from '../contract/error.ts'
import type { CodeNodeInput } from '../contract/node.ts'
import type { Language } from '../contract/node-words.ts'
import { isObject } from '../contract/values.ts'
import { readWorkflowText } from '../contract/workflow/document-text.ts'
import { readText, readYaml } from './read-file.ts'
import { UsageError } from './usage-error.ts'

/** A file as something to run. A bare program declares no outputs: whatever `main` returns is kept. */
export type ReadProgram =
  | { kind: 'node'; settings: unknown; nodeId: string | null }
  | { kind: 'program'; language: Language; code: string; title: string }
  | { kind: 'workflow'; document: unknown }

const languageOf: Readonly<Record<string, Language>> = {
  '.py': 'python3',
  '.js': 'javascript',
  '.cjs': 'javascript',
  '.mjs': 'javascript',
  '.ts': 'typescript',
  '.mts': 'typescript',
  '.cts': 'typescript',
}
const nodeExtensions = ['.yml', '.yaml', '.json']

export function readProgram(file: string): ReadProgram {
  const extension = path.extname(file).toLowerCase()
  const language = languageOf[extension]
  if (!language && !nodeExtensions.includes(extension)) {
    throw new UsageError(
      `${file}: ${extension ? `files that end in ${extension}` : 'files without an ending'} cannot be run.`,
      `A node is read from ${nodeExtensions.join(', ')}; a program from ${Object.keys(languageOf).join(', ')}.`,
    )
  }
  const text = readText(file, 'The file')
  if (language) return { kind: 'program', language, code: text, title: path.basename(file) }
  const document = readDocument(text, file)
  return isObject(document) && isWorkflow(document)
    ? { kind: 'workflow', document }
    : toNode(readYaml(text, file), file)
}

/** Read as Dify writes it. */
function readDocument(text: string, file: string): unknown {
  try {
    return readWorkflowText(text)
  } catch (error) {
    if (!(error instanceof CodenodeError) || error.code !== 'workflow_invalid') throw error
    const [issue] = (error as CodenodeError<'workflow_invalid'>).details.issues
    const { path: place, message } = issue ?? { path: '', message: 'cannot be read.' }
    throw new UsageError(`${file}, ${place} ${message}`, 'Fix the line. The file must be YAML or JSON.', {
      cause: error,
    })
  }
}

/** The settings of a bare program as a node whose variables are the inputs that were given. */
export function toSettings(
  { language, code, title }: Extract<ReadProgram, { kind: 'program' }>,
  inputs: object,
): CodeNodeInput {
  const variables = Object.keys(inputs).map((variable) => ({ variable, value_selector: [] }))
  return { type: 'code', title, code_language: language, code, variables, outputs: {} }
}

function toNode(value: unknown, file: string): ReadProgram {
  if (!isObject(value)) {
    throw new UsageError(
      `${file} has no node and no workflow.`,
      'A node is an object with type: code, code and outputs; a workflow has workflow.graph, as Dify exports it.',
    )
  }
  if (isObject(value.data)) {
    const { id } = value
    return { kind: 'node', settings: refuseOtherTypes(value.data, file), nodeId: typeof id === 'string' ? id : null }
  }
  return { kind: 'node', settings: refuseOtherTypes(value, file), nodeId: null }
}

function isWorkflow(value: Record<string, unknown>): boolean {
  return isObject(value.workflow) || isObject(value.graph) || Array.isArray(value.nodes) || isApp(value)
}

/** An app of Dify's without a workflow is told as such, not as a node. */
function isApp({ app, model_config: model }: Record<string, unknown>): boolean {
  return isObject(app) || isObject(model)
}

/** A node of another type is named as such, instead of listing everything that a Code node would have. */
function refuseOtherTypes(settings: Record<string, unknown>, file: string): unknown {
  if (typeof settings.type !== 'string' || settings.type === 'code') return settings
  throw new UsageError(
    `${file} is a node of type ${JSON.stringify(settings.type)}; only Code nodes can run alone.`,
    'Its type must be code; other nodes run in a workflow.',
  )
}
