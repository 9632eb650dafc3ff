import {
  closeSearchPanel,
  findNext,
  findPrevious,
  getSearchQuery,
  replaceAll,
  replaceNext,
  SearchQuery,
  search,
  setSearchQuery,
} from '@codemirror/search'
import type { EditorState, Extension } from '@codemirror/state'
import { type Command, type EditorView, type Panel, runScopeHandlers } from '@codemirror/view'
import { ArrowDown, ArrowUp, CaseSensitive, Regex, WholeWord, X } from 'lucide-react'
import type { KeyboardEvent } from 'react'
import { flushSync } from 'react-dom'
import { createRoot } from 'react-dom/client'
import { labels } from '../labels/code-node.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { TextInput } from '../ui/field.tsx'
import styles from './find-panel.module.css'

/** Find and replace, above the code. */
export const findAndReplace: Extension = search({ top: true, createPanel })

function createPanel(view: EditorView): Panel {
  const dom = document.createElement('div')
  const root = createRoot(dom)
  const render = (): void => root.render(<FindPanel view={view} query={getSearchQuery(view.state)} />)
  return {
    dom,
    top: true,
    mount: () => {
      // The field is there at once, so that no key is lost.
      flushSync(render)
      const field = dom.querySelector('input')
      field?.focus()
      field?.select()
    },
    update: ({ docChanged, selectionSet, transactions }) => {
      const isNew = transactions.some(({ effects }) => effects.some((effect) => effect.is(setSearchQuery)))
      if (isNew || docChanged || selectionSet) render()
    },
    // React may be in the middle of taking away the editor itself.
    destroy: () => queueMicrotask(() => root.unmount()),
  }
}

const options = [
  { key: 'caseSensitive', icon: <CaseSensitive /> },
  { key: 'wholeWord', icon: <WholeWord /> },
  { key: 'regexp', icon: <Regex /> },
] as const

function FindPanel({ view, query }: { view: EditorView; query: SearchQuery }) {
  const text = labels.find
  const change = (part: Partial<Pick<SearchQuery, 'search' | 'replace' | (typeof options)[number]['key']>>): void => {
    const { search, replace, caseSensitive, wholeWord, regexp, literal } = query
    const next = new SearchQuery({ search, replace, caseSensitive, wholeWord, regexp, literal, ...part })
    view.dispatch({ effects: setSearchQuery.of(next) })
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    // Escape, F3 and the others work here as in the code.
    if (!runScopeHandlers(view, event.nativeEvent, 'search-panel')) return
    event.preventDefault()
    event.stopPropagation()
  }
  const onEnter = (command: Command, withShift: Command) => (event: KeyboardEvent) => {
    if (event.key !== 'Enter') return
    event.preventDefault()
    ;(event.shiftKey ? withShift : command)(view)
  }
  const found = countMatches(view.state, query)
  return (
    // biome-ignore lint/a11y/useSemanticElements: the element search would need a name as well, and is younger
    <div role="search" aria-label={text.name} className={styles.panel} onKeyDown={onKeyDown}>
      <div className={styles.row}>
        <TextInput
          main-field="true"
          aria-label={text.find}
          aria-invalid={query.search !== '' && !query.valid ? true : undefined}
          placeholder={text.find}
          value={query.search}
          onChange={(event) => change({ search: event.target.value })}
          onKeyDown={onEnter(findNext, findPrevious)}
        />
        <span role="status" className={styles.count}>
          {query.search === '' ? '' : query.valid ? text.count(found.current, found.total) : text.invalid}
        </span>
        <span className={styles.buttons}>
          {options.map(({ key, icon }) => (
            <IconButton
              key={key}
              label={text[key]}
              icon={icon}
              aria-pressed={query[key]}
              onClick={() => change({ [key]: !query[key] })}
            />
          ))}
          <IconButton label={text.previous} icon={<ArrowUp />} onClick={() => findPrevious(view)} />
          <IconButton label={text.next} icon={<ArrowDown />} onClick={() => findNext(view)} />
          <IconButton label={text.close} icon={<X />} onClick={() => closeSearchPanel(view)} />
        </span>
      </div>
      <div className={styles.row}>
        <TextInput
          aria-label={text.replace}
          placeholder={text.replace}
          value={query.replace}
          onChange={(event) => change({ replace: event.target.value })}
          onKeyDown={onEnter(replaceNext, replaceNext)}
        />
        <span className={styles.buttons}>
          <Button onClick={() => replaceNext(view)}>{text.replaceOne}</Button>
          <Button onClick={() => replaceAll(view)}>{text.replaceAll}</Button>
        </span>
      </div>
    </div>
  )
}

const maxCounted = 1000

/** How many there are, up to a bound, and which of them is selected, from 1; 0: none is. */
function countMatches(state: EditorState, query: SearchQuery): { current: number; total: number } {
  if (!query.valid) return { current: 0, total: 0 }
  const { from, to } = state.selection.main
  let [current, total] = [0, 0]
  const cursor = query.getCursor(state)
  for (let next = cursor.next(); !next.done && total < maxCounted; next = cursor.next()) {
    total++
    if (next.value.from === from && next.value.to === to) current = total
  }
  return { current, total }
}
