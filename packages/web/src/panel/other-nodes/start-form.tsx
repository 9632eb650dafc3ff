import { isObject } from 'codenode/contract'
import { ArrowDown, ArrowUp, Plus, Trash2 } from 'lucide-react'
import { useRef } from 'react'
import { uniqueName } from '../../form/names.ts'
import { renameOutput } from '../../graph/uses.ts'
import { labels } from '../../labels/editor.ts'
import { edit, useEditor } from '../../store/editor-store.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { problemsOfRow } from '../problems-of.ts'
import { useAddedFocus } from '../use-added-focus.ts'
import type { FormProps } from './form-props.ts'
import { type Entry, entriesOf, removeAt, replaceAt, textOf } from './list.ts'
import styles from './node-panel.module.css'
import { StartVariable } from './start-variable.tsx'
import { StoredVariables } from './stored-variables.tsx'

/** The inputs of the workflow, and the values that it has beside them. */
export function StartForm(props: FormProps) {
  const isChat = useEditor(({ history: { present } }) => isObject(present.app) && present.app.mode === 'advanced-chat')
  return (
    <>
      <StartInputs {...props} />
      <StoredVariables store="environment" />
      {isChat && <StoredVariables store="conversation" />}
    </>
  )
}

function StartInputs({ node, data, onChange, problems }: FormProps) {
  const variables = entriesOf(data.variables)
  const names = variables.map((entry) => textOf(entry.variable))
  const change = (next: Entry[], mergeKey?: string) => onChange({ ...data, variables: next }, mergeKey)
  const list = useRef<HTMLUListElement>(null)
  const focusAdded = useAddedFocus(list)
  const add = () => {
    focusAdded()
    const variable = uniqueName('input', names)
    change([
      ...variables,
      { variable, label: variable, type: 'text-input', required: true, max_length: 256, options: [] },
    ])
  }
  /** What reads the input goes on reading it. */
  const rename = (from: string, to: string) => edit((it) => renameOutput(it, node.id, from, to))
  return (
    <section className={styles.section} aria-label={labels.start.variables}>
      <div className={styles.sectionHead}>
        <h3>{labels.start.variables}</h3>
        <Button look="quiet" icon={<Plus />} onClick={add}>
          {labels.start.add}
        </Button>
      </div>
      {variables.length === 0 && <p className={styles.soft}>{labels.start.empty}</p>}
      <ul ref={list} className={styles.rows}>
        {variables.map((entry, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the name changes while it is typed, so it is no key
          <li key={index} className={styles.box}>
            <StartVariable
              entry={entry}
              names={names.toSpliced(index, 1)}
              {...problemsOfRow(problems, `variables[${index}]`, 'variable')}
              onChange={(next, mergeKey) =>
                change(replaceAt(variables, index, next), mergeKey && `${mergeKey} ${index}`)
              }
              onRename={(to) => rename(textOf(entry.variable), to)}
              actions={
                <>
                  <IconButton
                    label={labels.panel.moveUp(textOf(entry.variable))}
                    icon={<ArrowUp />}
                    disabled={index === 0}
                    onClick={() => change(swap(variables, index - 1))}
                  />
                  <IconButton
                    label={labels.panel.moveDown(textOf(entry.variable))}
                    icon={<ArrowDown />}
                    disabled={index === variables.length - 1}
                    onClick={() => change(swap(variables, index))}
                  />
                  <IconButton
                    label={labels.panel.removeRow(textOf(entry.variable))}
                    icon={<Trash2 />}
                    onClick={() => change(removeAt(variables, index))}
                  />
                </>
              }
            />
          </li>
        ))}
      </ul>
    </section>
  )
}

/** Exchanges the entry at `index` with the one behind it. */
function swap(list: readonly Entry[], index: number): Entry[] {
  const [one, other] = [list[index], list[index + 1]]
  return one && other ? replaceAt(replaceAt(list, index, other), index + 1, one) : [...list]
}
