import { outputTypes } from 'codenode/contract'
import { Plus, Trash2 } from 'lucide-react'
import { useRef } from 'react'
import { takenProblem, typedName, uniqueName } from '../../form/names.ts'
import { convertValue, formatValue } from '../../form/values.ts'
import {
  addStored,
  changeStored,
  nameOfStored,
  removeStored,
  renameStored,
  type Store,
  storedTypes,
  storedVariables,
} from '../../graph/stored-variables.ts'
import { labels } from '../../labels/editor.ts'
import { edit, useEditor } from '../../store/editor-store.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { Select } from '../../ui/select.tsx'
import { NameField } from '../name-field.tsx'
import { useAddedFocus } from '../use-added-focus.ts'
import { LazyTypedValue } from './lazy-typed-value.tsx'
import { textOf } from './list.ts'
import styles from './node-panel.module.css'

/** The values that the workflow has beside its inputs, for all of its nodes. */
export function StoredVariables({ store }: { store: Store }) {
  const document = useEditor((state) => state.history.present)
  const variables = storedVariables(document, store)
  const names = variables.map(nameOfStored)
  const text = labels.stored[store]
  // Dify asks for an id; nothing here reads it.
  const newId = (): string => crypto.randomUUID?.() ?? `${store}-${Date.now()}`
  const types = storedTypes[store].map((value) => ({ value, label: value }))
  const list = useRef<HTMLUListElement>(null)
  const focusAdded = useAddedFocus(list)
  const add = () => {
    focusAdded()
    edit((it) => addStored(it, store, uniqueName('value', names), newId()))
  }
  return (
    <section className={styles.section} aria-label={text.heading}>
      <div className={styles.sectionHead}>
        <h3>{text.heading}</h3>
        <Button look="quiet" icon={<Plus />} aria-label={text.add} onClick={add}>
          {labels.variable.add}
        </Button>
      </div>
      <p className={styles.soft}>{text.hint}</p>
      <ul ref={list} className={styles.rows}>
        {variables.map((variable, index) => {
          const name = names[index] ?? ''
          const type = textOf(variable.value_type) || 'string'
          const change = (next: object, key?: string) =>
            edit((it) => changeStored(it, store, index, next as typeof variable), key && `${store} ${index} ${key}`)
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: the name changes, so it is no key
            <li key={index} className={styles.box}>
              <div className={styles.row}>
                <NameField
                  label={labels.start.name}
                  labelIs="shown"
                  name={name}
                  read={typedName}
                  check={(typed) => takenProblem(typed, names.toSpliced(index, 1))}
                  problems={[]}
                  onChange={(to) => edit((it) => renameStored(it, store, index, to))}
                />
                <Field label={labels.start.type}>
                  {(control) => (
                    <Select
                      {...control}
                      options={types}
                      value={type}
                      onChange={(next) =>
                        change({
                          value_type: next,
                          value: convertValue(outputTypes.find((it) => it === next) ?? 'string', variable.value),
                        })
                      }
                    />
                  )}
                </Field>
              </div>
              <div className={styles.row}>
                <LazyTypedValue
                  key={type}
                  label={labels.stored.valueOf(name)}
                  type={type}
                  value={variable.value ?? null}
                  text={formatValue(type, variable.value)}
                  problems={[]}
                  onChange={(value) => change({ value }, 'value')}
                />
                <span className={styles.fixed}>
                  <IconButton
                    label={labels.panel.removeRow(name)}
                    icon={<Trash2 />}
                    onClick={() => edit((it) => removeStored(it, store, index))}
                  />
                </span>
              </div>
            </li>
          )
        })}
      </ul>
    </section>
  )
}
