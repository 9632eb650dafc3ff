import type { OutputSpecs } from 'codenode/contract'
import { edgesOf, findNode, mapNodes, withGraph } from './access.ts'
import { lastLanguage } from './code-language.ts'
import { buildEdge } from './connect.ts'
import type { WorkflowDocument } from './document.ts'
import { buildStub } from './stubs.ts'
import { usesOf } from './uses.ts'

/**
 * Puts a Code node in the place of another, which keeps its title and its edges. It returns, empty, what other nodes read of
 * the old one, so that values can be given by hand.
 */
export function replaceWithCode(document: WorkflowDocument, id: string): WorkflowDocument {
  const node = findNode(document, id)
  if (!node) return document
  const names = new Set(usesOf(document, id).flatMap(({ selector: [, name] }) => (name ? [name] : [])))
  const outputs: OutputSpecs = Object.fromEntries(
    [...(names.size > 0 ? names : ['result'])].map((name) => [name, { type: 'string', children: null }]),
  )
  const language = lastLanguage(document)
  const { title, desc } = node.data
  const data = {
    type: 'code',
    ...(title === undefined ? {} : { title }),
    ...(desc === undefined ? {} : { desc }),
    variables: [],
    code_language: language,
    code: buildStub(language, [], outputs),
    outputs,
  }
  const replaced = mapNodes(document, (it) => (it.id === id ? { ...it, data } : it))
  return withGraph(replaced, { edges: joinAgain(replaced, id) })
}

/** All handles of the old node become the one handle of the new one; two edges to the same node are one. */
function joinAgain(document: WorkflowDocument, id: string) {
  const seen = new Set<string>()
  return edgesOf(document).flatMap((edge) => {
    if (edge.source !== id && edge.target !== id) return [edge]
    const [source, target] = [findNode(document, edge.source), findNode(document, edge.target)]
    if (!source || !target) return []
    const joined = buildEdge(source, target, edge.source === id ? 'source' : edge.sourceHandle || 'source')
    if (seen.has(joined.id)) return []
    seen.add(joined.id)
    return [joined]
  })
}
