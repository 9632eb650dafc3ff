import type { CodeLanguage, NodeType } from 'codenode/contract'
import { labels } from '../labels/editor.ts'
import type { GraphNode, NodeData, Position, UpstreamVariable } from './document.ts'
import { operatorsFor } from './operators.ts'
import { buildStub, newStub } from './stubs.ts'

/** The titles of new nodes. */
export const typeTitles: Readonly<Record<NodeType, string>> = labels.types

/** The size of nodes that do not tell their own. */
export const nodeSize = { width: 244, height: 100 } as const
export const iterationSize = { width: 420, height: 220 } as const

type NewNode = {
  id: string
  type: NodeType
  title: string
  position: Position
  parentId?: string | null
  /** Of a Code node. Default: Python. */
  language?: CodeLanguage
}

/** A node as Dify's canvas writes it. */
export function buildNode({ id, type, title, position, parentId, language }: NewNode): GraphNode {
  const inside = parentId ? { parentId, extent: 'parent', zIndex: 1002 } : {}
  const data = {
    ...newData(type, language),
    title,
    ...(parentId ? { isInIteration: true, iteration_id: parentId } : {}),
  }
  return {
    id,
    type: 'custom',
    position,
    sourcePosition: 'right',
    targetPosition: 'left',
    ...(type === 'iteration' ? iterationSize : {}),
    ...inside,
    data,
  }
}

/** The first node inside an iteration. Its id is made from the iteration's, as in Dify. */
export function buildIterationStart(iterationId: string): GraphNode {
  return {
    ...buildNode({
      id: `${iterationId}start`,
      type: 'iteration-start',
      title: '',
      position: { x: 24, y: 90 },
      parentId: iterationId,
    }),
    type: 'custom-iteration-start',
    draggable: false,
    selectable: false,
    width: 44,
    height: 48,
  }
}

/** A condition of an if-else node, for a variable if one is known. */
export function newCondition(variable: UpstreamVariable | null = null): Record<string, unknown> {
  const empty = { variable_selector: [], comparison_operator: 'is', value: '' }
  return variable ? compareWith(empty, variable) : empty
}

/** The condition for another variable: what does not fit its type begins anew, a boolean with true. */
export function compareWith(
  condition: Readonly<Record<string, unknown>>,
  { selector, type }: UpstreamVariable,
): Record<string, unknown> {
  const operators = operatorsFor(type)
  const { comparison_operator: operator, value, varType } = condition
  return {
    ...condition,
    variable_selector: selector,
    varType: type,
    comparison_operator: operators.includes(String(operator)) ? operator : operators[0],
    value: type === varType ? value : type === 'boolean' ? true : typeof value === 'boolean' ? '' : value,
  }
}

/** The settings of a new node. */
export function newData(type: NodeType, language: CodeLanguage = 'python3'): NodeData {
  return { type, title: typeTitles[type], desc: '', ...settingsOf(type, language) }
}

function settingsOf(type: NodeType, language: CodeLanguage): Record<string, unknown> {
  switch (type) {
    case 'start':
      return { variables: [] }
    case 'code':
      return {
        variables: newStub.inputs.map(({ name, type }) => ({ variable: name, value_selector: [], value_type: type })),
        code_language: language,
        code: buildStub(language, newStub.inputs, newStub.outputs),
        outputs: newStub.outputs,
      }
    case 'template-transform':
      return { variables: [], template: '' }
    case 'if-else':
      return { cases: [{ case_id: 'true', logical_operator: 'and', conditions: [newCondition()] }] }
    case 'variable-aggregator':
      return { output_type: 'any', variables: [] }
    case 'iteration':
      return {
        iterator_selector: [],
        output_selector: [],
        is_parallel: false,
        parallel_nums: 10,
        error_handle_mode: 'terminated',
        flatten_output: false,
      }
    case 'end':
      return { outputs: [] }
    case 'answer':
      return { answer: '' }
    case 'iteration-start':
      return {}
  }
}
