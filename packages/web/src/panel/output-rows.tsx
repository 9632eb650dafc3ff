import { formatPath, type OutputType, outputTypes } from 'codenode/contract'
import { Plus, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { nameProblem } from '../form/names.ts'
import { canHaveChildren, type OutputRow } from '../form/output-rows.ts'
import type { FieldProblem } from '../graph/document.ts'
import { IconButton } from '../ui/button.tsx'
import { Field, TextInput } from '../ui/field.tsx'
import { Select } from '../ui/select.tsx'
import { labels } from './labels.ts'
import styles from './panel.module.css'
import { problemsAt } from './problems-of.ts'

type OutputRowsProps = {
  rows: readonly OutputRow[]
  onChange: (rows: readonly OutputRow[], mergeKey?: string) => void
  /** For outputs themselves, which are used elsewhere by name. */
  onRename?: (from: string, to: string) => void
  problems: readonly FieldProblem[]
  /** The names of the outputs around these members. */
  above: readonly string[]
}

const types = outputTypes.map((type) => ({ value: type, label: type }))

/** Declared outputs, with the members of objects under them. */
export function OutputRows({ rows, onChange, onRename, problems, above }: OutputRowsProps) {
  const replace = (index: number, row: OutputRow): void => onChange(rows.with(index, row))
  return (
    <ul className={styles.rows}>
      {rows.map((row, index) => {
        const path = [...above, row.name]
        const spoken = path.join('.')
        const documentPath = formatPath('', [
          'outputs',
          ...path.flatMap((name, at) => (at > 0 ? ['children', name] : [name])),
        ])
        return (
          // A name changes while it is typed: the place is what stays.
          // biome-ignore lint/suspicious/noArrayIndexKey: as above
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
                onChange={(name) => (onRename ? onRename(row.name, name) : replace(index, { ...row, name }))}
              />
              <Field
                label={labels.outputs.type(spoken)}
                labelIs="heard"
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

type NameFieldProps = {
  label: string
  name: string
  check: (name: string) => string | null
  problems: readonly string[]
  onChange: (name: string) => void
}

/** A name that takes effect when it is left or Enter is pressed, so that nothing in between is passed on to others. */
function NameField({ label, name, check, problems, onChange }: NameFieldProps) {
  const [typed, setTyped] = useState<string | null>(null)
  const problem = typed === null || typed === name ? null : check(typed)
  const take = (): void => {
    if (typed !== null && typed !== name && problem === null) onChange(typed)
    if (problem === null) setTyped(null)
  }
  return (
    <Field label={label} labelIs="heard" problems={problem ? [problem] : problems} className={styles.name}>
      {(control) => (
        <TextInput
          {...control}
          value={typed ?? name}
          onChange={(event) => setTyped(event.target.value)}
          onBlur={take}
          onKeyDown={(event) => {
            if (event.key === 'Enter') take()
            if (event.key === 'Escape' && typed !== null) {
              event.stopPropagation()
              setTyped(null)
            }
          }}
        />
      )}
    </Field>
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
