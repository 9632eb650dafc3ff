import { Plus, Trash2 } from 'lucide-react'
import { nameProblem } from '../../form/names.ts'
import { addGroup, groupsOf, isGrouped, removeGroup, setGrouped, setGroupVariables } from '../../graph/groups.ts'
import { renameOutput } from '../../graph/uses.ts'
import { labels } from '../../labels.ts'
import { edit } from '../../store/editor-store.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { NameField } from '../../ui/name-field.tsx'
import { Switch } from '../../ui/switch.tsx'
import type { FormProps } from './form-props.ts'
import styles from './panel.module.css'
import { SelectorRows } from './selector-rows.tsx'

/** Variables of which the first that has a value counts: one list of them, or a list for each group. */
export function AggregatorForm(props: FormProps) {
  const { node, data } = props
  return (
    <>
      {isGrouped(data) ? <Groups {...props} /> : <OneOutput {...props} />}
      <Switch
        label={labels.aggregator.grouped}
        hint={labels.aggregator.groupedHint}
        isOn={isGrouped(data)}
        onChange={(is) => edit((it) => setGrouped(it, node.id, is))}
      />
    </>
  )
}

function OneOutput({ data, onChange, upstream }: FormProps) {
  const selectors: unknown[] = Array.isArray(data.variables) ? data.variables : []
  const change = (variables: unknown[]) => onChange({ ...data, variables })
  return (
    <section className={styles.section} aria-label={labels.aggregator.variables}>
      <div className={styles.sectionHead}>
        <h3>{labels.aggregator.variables}</h3>
        <Button look="quiet" icon={<Plus />} onClick={() => change([...selectors, []])}>
          {labels.aggregator.add}
        </Button>
      </div>
      <p className={styles.soft}>{labels.aggregator.hint}</p>
      <SelectorRows selectors={selectors} label={labels.aggregator.row} upstream={upstream} onChange={change} />
    </section>
  )
}

function Groups({ node, data, onChange, upstream }: FormProps) {
  const groups = groupsOf(data)
  return (
    <section className={styles.section} aria-label={labels.aggregator.groups}>
      <div className={styles.sectionHead}>
        <h3>{labels.aggregator.groups}</h3>
        <Button look="quiet" icon={<Plus />} onClick={() => onChange(addGroup(data))}>
          {labels.aggregator.addGroup}
        </Button>
      </div>
      <p className={styles.soft}>{labels.aggregator.groupsHint}</p>
      {groups.map(({ name, variables }, index) => (
        // The name changes, so it is no key.
        // biome-ignore lint/suspicious/noArrayIndexKey: as above
        <fieldset key={index} className={styles.box} aria-label={name}>
          <div className={styles.row}>
            <NameField
              label={labels.aggregator.groupName(index + 1)}
              name={name}
              check={(next) =>
                nameProblem(
                  next,
                  groups.toSpliced(index, 1).map((other) => other.name),
                )
              }
              onChange={(next) => edit((it) => renameOutput(it, node.id, name, next))}
            />
            <span className={styles.fixed}>
              <IconButton
                label={labels.panel.removeRow(name)}
                icon={<Trash2 />}
                onClick={() => onChange(removeGroup(data, index))}
              />
            </span>
          </div>
          <SelectorRows
            selectors={variables}
            label={(position) => labels.aggregator.rowOf(name, position)}
            upstream={upstream}
            onChange={(next) => onChange(setGroupVariables(data, index, next))}
          />
          <Button
            look="quiet"
            icon={<Plus />}
            onClick={() => onChange(setGroupVariables(data, index, [...variables, []]))}
          >
            {labels.aggregator.addTo(name)}
          </Button>
        </fieldset>
      ))}
    </section>
  )
}
