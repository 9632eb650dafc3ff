import { Plus } from 'lucide-react'
import { addGroup, groupsOf, isGrouped, setGrouped } from '../../graph/groups.ts'
import { labels } from '../../labels/editor.ts'
import { edit } from '../../store/editor-store.ts'
import { Button } from '../../ui/button.tsx'
import { Problems } from '../../ui/field.tsx'
import { Switch } from '../../ui/switch.tsx'
import { problemsAt } from '../problems-of.ts'
import { AggregatorGroup } from './aggregator-group.tsx'
import type { FormProps } from './form-props.ts'
import { GatheredVariables } from './gathered-variables.tsx'
import styles from './node-panel.module.css'

/** What an aggregator gathers: the first variable that has a value, or that of each group. */
export function AggregatorForm(props: FormProps) {
  const { node, data, onChange, upstream, obvious, problems } = props
  const isOn = isGrouped(data)
  const groups = groupsOf(data)
  return (
    <section className={styles.section} aria-label={labels.aggregator.variables}>
      <h3>{labels.aggregator.variables}</h3>
      <p className={styles.soft}>{isOn ? labels.aggregator.groupsHint : labels.aggregator.hint}</p>
      <Switch
        label={labels.aggregator.inGroups}
        isOn={isOn}
        onChange={(next) => edit((it) => setGrouped(it, node.id, next))}
      />
      <Problems problems={problemsAt(problems, 'variables', 'advanced_settings', 'advanced_settings.groups')} />
      {isOn ? (
        <>
          {groups.map((_, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a name changes, and groups are moved: the place is what stays
            <AggregatorGroup key={index} {...props} index={index} />
          ))}
          <Button icon={<Plus />} onClick={() => onChange(addGroup(data))}>
            {labels.aggregator.addGroup}
          </Button>
        </>
      ) : (
        <GatheredVariables
          group=""
          selectors={data.variables}
          upstream={upstream}
          obvious={obvious}
          problems={problems}
          path="variables"
          onChange={(variables, type) => onChange({ ...data, variables, output_type: type })}
        />
      )}
    </section>
  )
}
