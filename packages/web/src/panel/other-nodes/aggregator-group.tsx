import { ArrowDown, ArrowUp, Trash2 } from 'lucide-react'
import { takenProblem, typedName } from '../../form/names.ts'
import { changeGroup, groupsOf, moveGroup, nameOfGroup, removeGroup } from '../../graph/groups.ts'
import { renameOutput } from '../../graph/uses.ts'
import { labels } from '../../labels/editor.ts'
import { edit } from '../../store/editor-store.ts'
import { IconButton } from '../../ui/button.tsx'
import { NameField } from '../name-field.tsx'
import { problemsAt } from '../problems-of.ts'
import type { FormProps } from './form-props.ts'
import { GatheredVariables } from './gathered-variables.tsx'
import { textOf } from './list.ts'
import styles from './node-panel.module.css'

/** A group of an aggregator. What reads it goes on reading it under another name. */
export function AggregatorGroup(props: FormProps & { index: number }) {
  const { node, data, onChange, upstream, obvious, problems, index } = props
  const groups = groupsOf(data)
  const names = groups.map(nameOfGroup)
  const name = names[index] ?? ''
  const group = groups[index] ?? {}
  const path = `advanced_settings.groups[${index}]`
  return (
    <section className={styles.box} aria-label={labels.aggregator.group(name)}>
      <NameField
        label={labels.aggregator.groupName}
        labelIs="shown"
        name={name}
        read={typedName}
        check={(typed) => takenProblem(typed, names.toSpliced(index, 1))}
        problems={problemsAt(problems, path, `${path}.group_name`, `${path}.variables`)}
        onChange={(to) => edit((it) => renameOutput(it, node.id, name, to))}
      />
      <p className={styles.soft}>{labels.aggregator.type(textOf(group.output_type) || 'any')}</p>
      <GatheredVariables
        group={name}
        selectors={group.variables}
        upstream={upstream}
        obvious={obvious}
        problems={problems}
        path={`${path}.variables`}
        onChange={(variables, type) => onChange(changeGroup(data, index, { variables, output_type: type }))}
      />
      <div className={styles.buttons}>
        <IconButton
          label={labels.panel.moveUp(name)}
          icon={<ArrowUp />}
          disabled={index === 0}
          onClick={() => onChange(moveGroup(data, index, index - 1))}
        />
        <IconButton
          label={labels.panel.moveDown(name)}
          icon={<ArrowDown />}
          disabled={index === groups.length - 1}
          onClick={() => onChange(moveGroup(data, index, index + 1))}
        />
        <IconButton
          label={labels.panel.removeRow(name)}
          icon={<Trash2 />}
          disabled={groups.length === 1}
          onClick={() => onChange(removeGroup(data, index))}
        />
      </div>
    </section>
  )
}
