export type { FieldProblem, NodeData, UpstreamVariable } from '../graph/document.ts'
export { CodeNodePanel, type CodeNodePanelProps } from '../panel/code-node-panel.tsx'
