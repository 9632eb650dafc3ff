import { Plus } from 'lucide-react'
import { useRef, useState } from 'react'
import { outputsFromCode, outputsFromResult, untoldOutputs } from '../diagnostics/outputs-from.ts'
import { uniqueName } from '../form/names.ts'
import { type OutputRow, outputsToRows, rowsToOutputs } from '../form/output-rows.ts'
import { languageOf } from '../graph/code-language.ts'
import type { FieldProblem, NodeData } from '../graph/document.ts'
import { labels } from '../labels/code-node.ts'
import type { Values } from '../run-state/node-tests.ts'
import { Button } from '../ui/button.tsx'
import { Problems } from '../ui/field.tsx'
import { Tooltip } from '../ui/tooltip.tsx'
import { OutputRows, type RenameOutput } from './output-rows.tsx'
import styles from './panel.module.css'
import { problemsAt } from './problems-of.ts'
import { Section } from './section.tsx'
import { setOutputRows } from './set-outputs.ts'
import { useAddedFocus } from './use-added-focus.ts'
import type { Edit } from './use-node-edits.ts'

type OutputVariablesProps = {
  node: NodeData
  edit: Edit
  problems: readonly FieldProblem[]
  onRenameOutput: RenameOutput
  /** What main returned in the last run, also where its types did not fit. */
  lastResult: Values | null
}

/** What the node passes on. */
export function OutputVariables({ node, edit, problems, onRenameOutput, lastResult }: OutputVariablesProps) {
  const [said, setSaid] = useState('')
  const rows = outputsToRows(node.outputs)
  const setRows = (next: readonly OutputRow[], mergeKey?: string): void =>
    edit((before) => setOutputRows(before, next), mergeKey)
  const list = useRef<HTMLUListElement>(null)
  const focusAdded = useAddedFocus(list)
  const add = (): void => {
    focusAdded()
    setRows([...rows, { name: uniqueName('result', namesOf(rows)), type: 'string', children: [] }])
  }
  const take = (outputs: ReturnType<typeof outputsFromCode>, untold: readonly string[] = []): void => {
    const found = outputsToRows(outputs)
    if (found.length > 0) setRows(found)
    const taken = found.length > 0 ? labels.outputs.taken(found.length) : labels.outputs.nothingFound
    setSaid(untold.length > 0 ? `${taken} ${labels.outputs.guessed(untold)}` : taken)
  }
  const takeFromCode = (): void => {
    const code = typeof node.code === 'string' ? node.code : ''
    const declared = rowsToOutputs(rows)
    take(outputsFromCode(code, languageOf(node), declared), untoldOutputs(code, languageOf(node), declared))
  }
  return (
    <Section
      heading={labels.outputs.heading}
      action={
        <Button look="quiet" icon={<Plus aria-hidden />} onClick={add}>
          {labels.outputs.add}
        </Button>
      }
    >
      <Problems problems={problemsAt(problems, 'outputs')} />
      {rows.length === 0 && <p className={styles.soft}>{labels.outputs.empty}</p>}
      <OutputRows list={list} rows={rows} onChange={setRows} onRename={onRenameOutput} problems={problems} above={[]} />
      <div className={styles.actions}>
        <Tooltip text={labels.outputs.fromCodeHint}>
          <Button onClick={takeFromCode}>{labels.outputs.fromCode}</Button>
        </Tooltip>
        <Tooltip text={labels.outputs.fromRunHint}>
          <Button disabled={!lastResult} onClick={() => take(outputsFromResult(lastResult))}>
            {labels.outputs.fromRun}
          </Button>
        </Tooltip>
        <span role="status" className={styles.soft}>
          {said}
        </span>
      </div>
    </Section>
  )
}

function namesOf(rows: readonly OutputRow[]): string[] {
  return rows.map(({ name }) => name)
}
