import { type KeyboardEvent, useEffect, useId, useLayoutEffect, useRef, useState } from 'react'
import { TextInput } from './field.tsx'
import { findOptions, groupsOf, type PickerOption } from './find-options.ts'
import styles from './picker.module.css'

type PickerListProps = {
  options: readonly PickerOption[]
  selected: string | null
  onPick: (id: string) => void
  searchLabel: string
  emptyText: string
}

/** The search field keeps the focus; the arrow keys move through the list below it. */
export function PickerList({ options, selected, onPick, searchLabel, emptyText }: PickerListProps) {
  const base = useId()
  const search = useRef<HTMLInputElement>(null)
  const list = useRef<HTMLDivElement>(null)
  const [query, setQuery] = useState('')
  const [active, setActive] = useState(() =>
    Math.max(
      0,
      options.findIndex((option) => option.id === selected),
    ),
  )
  const found = findOptions(options, query)

  // A popover that is shown gives the focus to what has this attribute.
  useLayoutEffect(() => search.current?.setAttribute('autofocus', ''), [])
  useEffect(() => {
    list.current?.querySelector(`[data-index="${active}"]`)?.scrollIntoView({ block: 'nearest' })
  }, [active])

  const onKeyDown = (event: KeyboardEvent) => {
    const moves: Record<string, number> = { ArrowDown: active + 1, ArrowUp: active - 1, Home: 0, End: found.length - 1 }
    const next = moves[event.key]
    const option = found[active]
    if (event.key === 'Enter' && option) onPick(option.id)
    else if (next !== undefined && found.length > 0) setActive((next + found.length) % found.length)
    else return
    event.preventDefault()
  }
  return (
    <>
      <TextInput
        ref={search}
        role="combobox"
        aria-label={searchLabel}
        aria-expanded
        aria-autocomplete="list"
        aria-controls={`${base}-list`}
        aria-activedescendant={found[active] ? `${base}-${active}` : undefined}
        placeholder={searchLabel}
        value={query}
        onChange={(event) => {
          setQuery(event.target.value)
          setActive(0)
        }}
        onKeyDown={onKeyDown}
      />
      <div ref={list} id={`${base}-list`} role="listbox" aria-label={searchLabel} tabIndex={-1} className={styles.list}>
        {groupsOf(found).map(({ group, from, members }) => (
          // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot stand in a list
          <div key={`${from} ${group}`} role="group" aria-label={group}>
            <div aria-hidden className={styles.group}>
              {group}
            </div>
            {members.map((option, place) => (
              // biome-ignore lint/a11y/useKeyWithClickEvents: the search field has the keys
              <div
                key={option.id}
                id={`${base}-${from + place}`}
                data-index={from + place}
                role="option"
                tabIndex={-1}
                aria-selected={option.id === selected}
                className={styles.option}
                data-active={from + place === active || undefined}
                onPointerMove={() => setActive(from + place)}
                onClick={() => onPick(option.id)}
              >
                {option.icon}
                <span className={styles.text}>{option.label}</span>
                <span className={styles.note}>{option.note}</span>
              </div>
            ))}
          </div>
        ))}
      </div>
      {found.length === 0 && (
        <p role="status" className={styles.empty}>
          {emptyText}
        </p>
      )}
    </>
  )
}
