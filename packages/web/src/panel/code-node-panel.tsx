import type { Client } from 'codenode/client'
import type { WorkflowNodeRecord } from 'codenode/contract'
import type { FieldProblem, NodeData, UpstreamVariable } from '../graph/document.ts'
import { labels } from '../labels.ts'
import { Field, TextArea } from '../ui/field.tsx'

export type CodeNodePanelProps = {
  node: NodeData
  onChange: (next: NodeData, mergeKey?: string) => void
  onRenameOutput?: (from: string, to: string) => void
  upstream: readonly UpstreamVariable[]
  client: Client
  problems: readonly FieldProblem[]
  lastInputs?: Readonly<Record<string, unknown>>
  nodeRecord?: WorkflowNodeRecord | null
}

/** The settings of a Code node. */
export function CodeNodePanel({ node, onChange }: CodeNodePanelProps) {
  return (
    <Field label={labels.types.code}>
      {(control) => (
        <TextArea
          {...control}
          rows={14}
          value={typeof node.code === 'string' ? node.code : ''}
          onChange={(event) => onChange({ ...node, code: event.target.value }, 'code')}
        />
      )}
    </Field>
  )
}
