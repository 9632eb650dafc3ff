export type { FieldProblem, NodeData, UpstreamVariable } from '../graph/document.ts'
export { CodeNodePanel, type CodeNodePanelProps } from '../panel/code-node-panel.tsx'
export type { InputSource, InputSources } from '../run-state/input-source.ts'
export { forgetTest, type Preparing } from '../run-state/node-tests.ts'
