import { Plus, Trash2 } from 'lucide-react'
import { useRef } from 'react'
import type { FieldProblem, UpstreamVariable } from '../../graph/document.ts'
import { commonType } from '../../graph/groups.ts'
import { labels } from '../../labels/editor.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { problemsUnder } from '../problems-of.ts'
import { useAddedFocus } from '../use-added-focus.ts'
import { isSelector, removeAt, replaceAt } from './list.ts'
import styles from './node-panel.module.css'
import { VariablePicker } from './variable-picker.tsx'

type GatheredVariablesProps = {
  /** What screen readers say before the number of a row; empty where there are no groups. */
  group: string
  selectors: unknown
  upstream: readonly UpstreamVariable[]
  /** What a new row reads, unless another does. */
  obvious: UpstreamVariable | null
  problems: readonly FieldProblem[]
  /** Where the variables stand in the settings. */
  path: string
  onChange: (variables: unknown[], type: string) => void
}

/** The variables of an aggregator, or of one of its groups. */
export function GatheredVariables(props: GatheredVariablesProps) {
  const { group, selectors, upstream, obvious, problems, path, onChange } = props
  const list = useRef<HTMLUListElement>(null)
  const focusAdded = useAddedFocus(list)
  const rows: unknown[] = Array.isArray(selectors) ? selectors : []
  const change = (next: unknown[]) => onChange(next, commonType(next.flatMap((row) => typeOfRow(row, upstream))))
  const nameOf = (index: number): string => [group, labels.aggregator.row(index + 1)].filter(Boolean).join(', ')
  const add = () => {
    focusAdded()
    const isRead = rows.some((row) => isSelector(row, obvious))
    change([...rows, obvious && !isRead ? obvious.selector : []])
  }
  return (
    <>
      <ul ref={list} className={styles.rows}>
        {rows.map((selector, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: rows have no identity of their own; none is moved
          <li key={index} className={styles.row}>
            <VariablePicker
              upstream={upstream}
              selector={selector}
              label={nameOf(index)}
              problems={problemsUnder(problems, `${path}[${index}]`)}
              onPick={(variable) => change(replaceAt(rows, index, variable.selector))}
            />
            <span className={styles.fixed}>
              <IconButton
                label={labels.panel.removeRow(nameOf(index))}
                icon={<Trash2 />}
                onClick={() => change(removeAt(rows, index))}
              />
            </span>
          </li>
        ))}
      </ul>
      <div>
        <Button look="quiet" icon={<Plus />} aria-label={labels.aggregator.addTo(group)} onClick={add}>
          {labels.aggregator.add}
        </Button>
      </div>
    </>
  )
}

/** Nothing for a row where nothing is chosen yet. */
function typeOfRow(selector: unknown, upstream: readonly UpstreamVariable[]): string[] {
  if (!Array.isArray(selector) || selector.length === 0) return []
  const key = selector.join('\n')
  return [upstream.find((variable) => variable.selector.join('\n') === key)?.type ?? 'any']
}
