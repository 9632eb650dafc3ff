import { toNodeType } from 'codenode/contract'
import { lazy, Suspense, useCallback, useMemo } from 'react'
import { useShallow } from 'zustand/shallow'
import type { GraphNode, NodeData } from '../../graph/document.ts'
import { updateData } from '../../graph/edit-nodes.ts'
import { obviousVariable, upstreamVariables } from '../../graph/upstream.ts'
import { renameOutput } from '../../graph/uses.ts'
import { labels } from '../../labels/editor.ts'
import { useClient } from '../../service/client.ts'
import { ErrorBoundary } from '../../shell/error-boundary.tsx'
import { Loading } from '../../shell/page-state.tsx'
import { edit, useEditor } from '../../store/editor-store.ts'
import { recordedNode } from '../../store/node-results.ts'
import { runBefore } from '../../store/run-before.ts'
import { useInputSources } from '../../store/use-input-sources.ts'
import { AggregatorForm } from './aggregator-form.tsx'
import { AnswerForm } from './answer-form.tsx'
import { EndForm } from './end-form.tsx'
import type { FormProps } from './form-props.ts'
import { IfElseForm } from './if-else-form.tsx'
import { IterationForm } from './iteration-form.tsx'
import styles from './node-panel.module.css'
import { StartForm } from './start-form.tsx'
import { TemplateForm } from './template-form.tsx'

const CodeNodePanel = lazy(async () => ({ default: (await import('../code-node-panel.tsx')).CodeNodePanel }))

const none = [] as const

/** The form of a node, by its type. */
export function NodeSettings({ node }: { node: GraphNode }) {
  const document = useEditor((state) => state.history.present)
  const upstream = useMemo(() => upstreamVariables(document, node.id), [document, node.id])
  const obvious = useMemo(() => obviousVariable(document, node.id, upstream), [document, node.id, upstream])
  const onChange = useCallback(
    (next: NodeData, mergeKey?: string) =>
      edit((it) => updateData(it, node.id, next), mergeKey === undefined ? undefined : `${node.id} ${mergeKey}`),
    [node.id],
  )
  const blocking = useEditor((state) => state.problems.get(node.id)) ?? none
  const quiet = useEditor((state) => state.quietProblems.get(node.id)) ?? none
  const problems = useMemo(() => [...blocking, ...quiet], [blocking, quiet])
  const props = { node, data: node.data, onChange, upstream, obvious, problems }
  switch (toNodeType(node.data.type)) {
    case 'code':
      return <CodeForm {...props} />
    case 'start':
      return <StartForm {...props} />
    case 'template-transform':
      return <TemplateForm {...props} />
    case 'if-else':
      return <IfElseForm {...props} />
    case 'variable-aggregator':
      return <AggregatorForm {...props} />
    case 'iteration':
      return <IterationForm {...props} />
    case 'end':
      return <EndForm {...props} />
    case 'answer':
      return <AnswerForm {...props} />
    case 'iteration-start':
    case null:
      return <p className={styles.soft}>{labels.panel.unknown}</p>
  }
}

function CodeForm({ node, data, onChange, upstream, problems }: FormProps) {
  const client = useClient()
  const sources = useInputSources(node.id)
  const { run, ranDocument, before } = useEditor(
    useShallow((state) => ({ run: state.run, ranDocument: state.ranDocument, before: state.before })),
  )
  const recorded = useMemo(
    () => recordedNode({ run, ranDocument, before }, node.id),
    [run, ranDocument, before, node.id],
  )
  const onRenameOutput = useCallback(
    (from: string, to: string, above: readonly string[]) => edit((it) => renameOutput(it, node.id, from, to, above)),
    [node.id],
  )
  return (
    <ErrorBoundary>
      <Suspense fallback={<Loading />}>
        <div className={styles.flush}>
          <CodeNodePanel
            node={data}
            onChange={onChange}
            onRenameOutput={onRenameOutput}
            upstream={[...upstream]}
            client={client}
            problems={[...problems]}
            sources={sources}
            runBefore={(at) => runBefore(node.id, at)}
            nodeRecord={recorded?.record ?? null}
            recordedNode={recorded?.data ?? null}
            nodeId={node.id}
          />
        </div>
      </Suspense>
    </ErrorBoundary>
  )
}
