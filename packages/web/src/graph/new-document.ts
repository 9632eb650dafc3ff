import type { WorkflowDocument } from './document.ts'
import { buildNode } from './new-node.ts'

/** A workflow with a start and an end that nothing joins yet. */
export function newDocument(name = 'Workflow', nowMs = Date.now()): WorkflowDocument {
  return {
    ...frameOf(name),
    workflow: {
      conversation_variables: [],
      environment_variables: [],
      features: {},
      graph: {
        nodes: [
          buildNode({ id: String(nowMs), type: 'start', title: 'Start', position: { x: 80, y: 280 } }),
          buildNode({ id: String(nowMs + 1), type: 'end', title: 'End', position: { x: 688, y: 280 } }),
        ],
        edges: [],
        viewport: { x: 0, y: 0, zoom: 1 },
      },
    },
  }
}

/** What an export has around its workflow. */
export function frameOf(name: string) {
  return {
    app: {
      description: '',
      icon: '🤖',
      icon_background: '#FFEAD5',
      mode: 'workflow',
      name,
      use_icon_as_answer_icon: false,
    },
    kind: 'app',
    version: '0.3.0',
  }
}
