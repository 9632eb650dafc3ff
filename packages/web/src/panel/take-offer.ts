import type { Offer } from '../diagnostics/diagnostic.ts'
import { outputsToRows } from '../form/output-rows.ts'
import type { NodeData } from '../graph/document.ts'
import { addInput, inputRows, renameInput } from './input-rows.ts'
import { setOutputRows } from './set-outputs.ts'

/** Declares what the code uses already. */
export function takeOffer(node: NodeData, offer: Offer): NodeData {
  switch (offer.kind) {
    case 'add-input':
      return renameInput(addInput(node), inputRows(node).length, offer.name)
    case 'add-output':
      return setOutputRows(node, [...outputsToRows(node.outputs), ...outputsToRows({ [offer.name]: offer.spec })])
  }
}
