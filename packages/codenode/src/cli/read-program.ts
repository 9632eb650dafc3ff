import path from 'node:path'
import { isCodenodeError } from '../contract/error.ts'
import type { Language } from '../contract/node-words.ts'
import { isObject } from '../contract/values.ts'
import { isWorkflowDocument } from '../document/document-kind.ts'
import { readWorkflowText } from '../document/document-text.ts'
import { readText } from './read-file.ts'
import { UsageError } from './usage-error.ts'

/** A file as something to run. A bare program declares no outputs: whatever `main` returns is kept. */
export type ReadProgram =
  | { kind: 'node'; settings: unknown; nodeId: string | null }
  | { kind: 'program'; language: Language; code: string; title: string }
  | { kind: 'workflow'; document: unknown }

const languageOf: Readonly<Record<string, Language>> = {
  '.py': 'python',
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
  return isWorkflowDocument(document) ? { kind: 'workflow', document } : toNode(document, file)
}

/** Read as Dify writes it. */
function readDocument(text: string, file: string): unknown {
  try {
    return readWorkflowText(text)
  } catch (error) {
    if (!isCodenodeError(error, 'workflow_invalid')) throw error
    const [issue] = error.details.issues
    const { path: place, message } = issue ?? { path: '', message: 'cannot be read.' }
    throw new UsageError(`${file}, ${place} ${message}`, 'Fix the line. The file must be YAML or JSON.', {
      cause: error,
    })
  }
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

/** A node of another type is named as such, instead of listing everything that a Code node would have. */
function refuseOtherTypes(settings: Record<string, unknown>, file: string): unknown {
  if (typeof settings.type !== 'string' || settings.type === 'code') return settings
  throw new UsageError(
    `${file} is a node of type ${JSON.stringify(settings.type)}; only Code nodes can run alone.`,
    'Its type must be code; other nodes run in a workflow.',
  )
}
