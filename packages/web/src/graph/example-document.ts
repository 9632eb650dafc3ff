import { edgeId } from './connect.ts'
import type { GraphEdge, WorkflowDocument } from './document.ts'
import { frameOf } from './new-document.ts'
import { buildNode } from './new-node.ts'

const countWords = `from collections import Counter
import re

def main(text: str) -> dict:
    words = re.findall(r"\\w+", text.lower())
    print(f"{len(words)} words")
    top = [{"word": word, "count": count} for word, count in Counter(words).most_common(5)]
    return {"top": top, "total": len(words)}
`

const writeHeadline = `type Row = { word: string; count: number }

function main({ top, total }: { top: Row[]; total: number }) {
  const [first] = top
  return { headline: \`"\${first.word}" makes \${Math.round((100 * first.count) / total)} % of \${total} words\` }
}
`

const text = `It was the best of times, it was the worst of times, it was the age of wisdom, it was the age of foolishness, it was the epoch
of belief, it was the epoch of incredulity, it was the season of light, it was the season of darkness.`

/** A small workflow that runs as it is: Python feeds TypeScript. */
export function exampleDocument(title: string): WorkflowDocument {
  const place = (column: number) => ({ x: 80 + 320 * column, y: 280 })
  const node = (id: string, column: number, type: 'start' | 'code' | 'end', data: Record<string, unknown>) => {
    const built = buildNode({ id, type, title: String(data.title), position: place(column) })
    return { ...built, data: { ...built.data, ...data } }
  }
  const input = (variable: string, from: string, type: string) => ({
    variable,
    value_selector: [from, variable],
    value_type: type,
  })
  const output = (type: string) => ({ type, children: null })
  const nodes = [
    node('start', 0, 'start', {
      title: 'Start',
      variables: [{ variable: 'text', label: 'Text', type: 'paragraph', required: false, default: text, options: [] }],
    }),
    node('count', 1, 'code', {
      title: 'Count words',
      code_language: 'python3',
      code: countWords,
      variables: [input('text', 'start', 'string')],
      outputs: { top: output('array[object]'), total: output('number') },
    }),
    node('headline', 2, 'code', {
      title: 'Write a headline',
      code_language: 'typescript',
      code: writeHeadline,
      variables: [input('top', 'count', 'array[object]'), input('total', 'count', 'number')],
      outputs: { headline: output('string') },
    }),
    node('end', 3, 'end', {
      title: 'End',
      outputs: [input('headline', 'headline', 'string'), input('top', 'count', 'array[object]')],
    }),
  ]
  const edges = nodes.slice(1).map(({ id }, index): GraphEdge => {
    const source = nodes[index]?.id ?? ''
    return { id: edgeId(source, 'source', id), source, sourceHandle: 'source', target: id, targetHandle: 'target' }
  })
  return { ...frameOf(title), workflow: { features: {}, graph: { nodes, edges } } }
}
