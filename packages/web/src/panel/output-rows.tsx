import { formatPath, type OutputType, outputTypes } from 'codenode/contract'
import { Plus, Trash2 } from 'lucide-react'
import type { RefObject } from 'react'
import { nameProblem } from '../form/names.ts'
import { canHaveChildren, type OutputRow } from '../form/output-rows.ts'
import type { FieldProblem } from '../graph/document.ts'
import { labels } from '../labels/code-node.ts'
import { IconButton } from '../ui/button.tsx'
import { Field } from '../ui/field.tsx'
import { Select } from '../ui/select.tsx'
import { NameField } from './name-field.tsx'
import styles from './panel.module.css'
import { problemsAt } from './problems-of.ts'

/** `above`: the names of the objects around a member; none for an output itself. */
export type RenameOutput = (from: string, to: string, above: readonly string[]) => void

type OutputRowsProps = {
  list?: RefObject<HTMLUListElement | null>
  rows: readonly OutputRow[]
  onChange: (rows: readonly OutputRow[], mergeKey?: string) => void
  /** Outputs, and the members of objects, are used elsewhere by name. */
  onRename: RenameOutput
  problems: readonly FieldProblem[]
  /** The names of the outputs around these members. */
  above: readonly string[]
}

const types = outputTypes.map((type) => ({ value: type, label: type }))

/** Declared outputs, with the members of objects under them. */
export function OutputRows({ list, rows, onChange, onRename, problems, above }: OutputRowsProps) {
  const replace = (index: number, row: OutputRow): void => onChange(rows.with(index, row))
  return (
    <ul ref={list} className={styles.rows}>
      {rows.map((row, index) => {
        const path = [...above, row.name]
        const spoken = path.join('.')
        const documentPath = formatPath('', [
          'outputs',
          ...path.flatMap((name, at) => (at > 0 ? ['children', name] : [name])),
        ])
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: a name changes while it is typed: the place is what stays
          <li key={index}>
            <div className={styles.row}>
              <NameField
                label={labels.outputs.name(spoken)}
                name={row.name}
                check={(name) =>
                  checkName(
                    name,
                    rows.toSpliced(index, 1).map((other) => other.name),
                    above.length,
                  )
                }
                problems={problemsAt(problems, documentPath)}
                className={styles.name}
                onChange={(name) => onRename(row.name, name, above)}
              />
              <Field
                label={labels.outputs.type(spoken)}
                labelIs="hidden"
                problems={problemsAt(problems, `${documentPath}.type`, `${documentPath}.children`)}
              >
                {(control) => (
                  <Select<OutputType>
                    {...control}
                    options={types}
                    value={row.type}
                    onChange={(type) => replace(index, { ...row, type })}
                  />
                )}
              </Field>
              {canHaveChildren(row.type) && (
                <IconButton
                  label={labels.outputs.addMember(spoken)}
                  icon={<Plus />}
                  onClick={() => replace(index, { ...row, children: [...row.children, newMember(row.children)] })}
                />
              )}
              <IconButton
                label={labels.outputs.remove(spoken)}
                icon={<Trash2 />}
                onClick={() => onChange(rows.toSpliced(index, 1))}
              />
            </div>
            {canHaveChildren(row.type) && row.children.length > 0 && (
              <OutputRows
                rows={row.children}
                onChange={(children) => replace(index, { ...row, children })}
                onRename={onRename}
                problems={problems}
                above={path}
              />
            )}
          </li>
        )
      })}
    </ul>
  )
}

/** Members of objects may have any name that is not taken. */
function checkName(name: string, others: readonly string[], depth: number): string | null {
  if (depth === 0) return nameProblem(name, others)
  const isFree = name !== '' && name !== '__proto__' && !others.includes(name)
  return isFree ? null : nameProblem(name === '' || name === '__proto__' ? name : 'x', [...others, 'x'])
}

function newMember(others: readonly OutputRow[]): OutputRow {
  let number = others.length + 1
  while (others.some(({ name }) => name === `member_${number}`)) number++
  return { name: `member_${number}`, type: 'string', children: [] }
}
