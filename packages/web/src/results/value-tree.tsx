import { isObject } from 'codenode/contract'
import { useState } from 'react'
import { labels } from '../labels/code-node.ts'
import { Button } from '../ui/button.tsx'
import { preview, quote } from './preview.ts'
import { toText } from './sort-rows.ts'
import styles from './value-tree.module.css'

const pageSize = 100
/** A text can have 400,000. */
const mostCharacters = 3000

/** A value with its members folded under it; the first two levels are open. */
export function ValueTree({ value }: { value: Readonly<Record<string, unknown>> }) {
  return (
    <div className={styles.tree}>
      <Members entries={Object.entries(value)} depth={0} />
    </div>
  )
}

function Members({ entries, depth }: { entries: readonly [string, unknown][]; depth: number }) {
  const [shown, setShown] = useState(pageSize)
  const rest = entries.length - shown
  return (
    <ul>
      {entries.slice(0, shown).map(([name, value]) => (
        <li key={name}>
          <Member name={name} value={value} depth={depth} />
        </li>
      ))}
      {rest > 0 && (
        <li>
          <Button look="quiet" onClick={() => setShown(shown + pageSize)}>
            {labels.tree.more(Math.min(rest, pageSize))}
          </Button>
        </li>
      )}
    </ul>
  )
}

function Member({ name, value, depth }: { name: string; value: unknown; depth: number }) {
  const [isOpen, setOpen] = useState(depth < 1)
  const entries = membersOf(value)
  if (!entries || entries.length === 0) {
    return (
      <>
        <span className={styles.name}>{name}</span>
        <Scalar value={value} />
      </>
    )
  }
  const size = Array.isArray(value) ? labels.tree.list(entries.length) : labels.tree.object(entries.length)
  return (
    <details open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <span className={styles.name}>{name}</span>
        <span className={styles.size}>{isOpen ? size : preview(value)}</span>
      </summary>
      {/* What is folded is not drawn: a result can have a million members. */}
      {isOpen && <Members entries={entries} depth={depth + 1} />}
    </details>
  )
}

function Scalar({ value }: { value: unknown }) {
  return (
    <span className={styles.value} data-type={value === null ? 'null' : typeof value}>
      {typeof value === 'string' ? <Text text={value} /> : toText(value)}
    </span>
  )
}

/** As it reads, lines and all; only its quotes are told apart from those around it. */
function Text({ text }: { text: string }) {
  return text.length <= mostCharacters
    ? quote(text)
    : `${quote(text.slice(0, mostCharacters)).slice(0, -1)}…" ${labels.tree.cut(text.length)}`
}

function membersOf(value: unknown): [string, unknown][] | null {
  if (Array.isArray(value)) return value.map((element, index) => [String(index), element])
  return isObject(value) ? Object.entries(value) : null
}
