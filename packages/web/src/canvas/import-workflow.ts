import { isObject } from 'codenode/contract'
import type { WorkflowDocument } from '../graph/document.ts'
import { readDocument, writeDocument } from '../graph/document-text.ts'
import { hasSecretValues, withoutSecretValues } from '../graph/stored-variables.ts'
import { labels } from '../labels/editor.ts'
import { currentDocument, replaceDocument, showNotice } from '../store/editor-store.ts'
import { useUnsupported } from './unsupported-dialog.tsx'
import { useExport } from './use-export.ts'

/** Takes an export in; what is wrong with it is told, and returned. */
export function importText(text: string): string | null {
  const read = readDocument(text)
  if ('document' in read) {
    replaceDocument(read.document, labels.importing.done(nameOf(read.document)))
    useUnsupported.setState({ isAsked: true })
    return null
  }
  const [first] = read.problems
  const problem = labels.importing.refused(first ? `${first.path} ${first.message}` : '')
  showNotice(problem)
  return problem
}

export async function importFile(file: File): Promise<string | null> {
  try {
    return importText(await file.text())
  } catch {
    // A folder, or a file that is gone.
    showNotice(labels.importing.unreadable)
    return labels.importing.unreadable
  }
}

/** Gives the workflow out as a file; where it holds secrets, asks first whether they are part of it. */
export function exportFile(): void {
  if (hasSecretValues(currentDocument())) useExport.setState({ isAsked: true })
  else exportWith('secrets')
}

export function exportWith(what: 'secrets' | 'no secrets'): void {
  const whole = currentDocument()
  const document = what === 'secrets' ? whole : withoutSecretValues(whole)
  downloadText(`${fileNameOf(nameOf(document))}.yml`, writeDocument(document), 'application/yaml')
}

export function downloadText(name: string, text: string, type: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }))
  const link = window.document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  // The browser reads it after the click.
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}

export function nameOf({ app }: WorkflowDocument): string {
  return isObject(app) && typeof app.name === 'string' ? app.name : ''
}

export function fileNameOf(name: string): string {
  return (
    name
      .trim()
      .replace(/[^\p{L}\p{N}._-]+/gu, '-')
      .replace(/^[-.]+|-+$/g, '')
      .slice(0, 80) || 'workflow'
  )
}
