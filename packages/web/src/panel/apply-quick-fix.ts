import type { QuickFix } from '../diagnostics/diagnostic.ts'
import { outputsToRows } from '../form/output-rows.ts'
import type { NodeData } from '../graph/document.ts'
import { addInput, inputRows, renameInput } from './input-rows.ts'
import { setOutputRows } from './set-outputs.ts'

/** Declares what the code uses already. */
export function applyQuickFix(node: NodeData, quickFix: QuickFix): NodeData {
  switch (quickFix.kind) {
    case 'add-input':
      return renameInput(addInput(node), inputRows(node).length, quickFix.name)
    case 'add-output':
      return setOutputRows(node, [...outputsToRows(node.outputs), ...outputsToRows({ [quickFix.name]: quickFix.spec })])
  }
}
