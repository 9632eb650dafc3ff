import { useEffect, useRef, useState } from 'react'
import { labels } from '../labels/code-node.ts'
import { formatMs } from '../labels/format-figures.ts'
import type { LoggedEntry } from '../run-state/node-run-state.ts'
import { filterLines, noFilter } from './log-filter.ts'
import { LogFilterBar } from './log-filter-bar.tsx'
import { levelOf } from './log-level.ts'
import styles from './log-list.module.css'
import { toLogLines } from './to-log-lines.ts'

/** More lines would make the page slow; the newest are the ones that are looked for. */
const mostLines = 2000

/** What the code printed, as it comes. While the end is in view it stays in view. */
export function LogList({ logs, isLive }: { logs: readonly LoggedEntry[]; isLive: boolean }) {
  const list = useRef<HTMLDivElement>(null)
  const isAtEnd = useRef(true)
  const all = toLogLines(logs)
  const [filter, setFilter] = useState(noFilter)
  const fitting = filterLines(all, filter)
  const lines = fitting.slice(-mostLines)

  // biome-ignore lint/correctness/useExhaustiveDependencies: new lines are what it waits for
  useEffect(() => {
    if (isAtEnd.current && isLive) list.current?.scrollTo({ top: list.current.scrollHeight })
  }, [logs.length, isLive])

  if (all.length === 0) return <p className={styles.empty}>{isLive ? labels.logs.waiting : labels.logs.empty}</p>
  return (
    <>
      {all.length > 1 && <LogFilterBar filter={filter} onChange={setFilter} />}
      <div
        ref={list}
        role="log"
        aria-label={labels.logs.name}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, also by keyboard
        tabIndex={0}
        className={styles.list}
        onScroll={({ currentTarget: { scrollTop, clientHeight, scrollHeight } }) => {
          isAtEnd.current = scrollTop + clientHeight > scrollHeight - 8
        }}
      >
        {lines.length === 0 && <p className={styles.empty}>{labels.logs.noneFits}</p>}
        {fitting.length > lines.length && (
          <p className={styles.empty}>{labels.logs.cut(fitting.length - lines.length)}</p>
        )}
        {lines.map(({ key, attempt, stream, source, atMs, text }, index) => {
          const level = levelOf(text)
          return (
            <div key={key}>
              {source === undefined &&
                attempt !== lines[index - 1]?.attempt &&
                (attempt > 1 || lines.at(-1)?.attempt !== 1) && (
                  <div className={styles.attempt}>{labels.logs.attempt(attempt)}</div>
                )}
              <div
                className={styles.line}
                data-stream={stream}
                data-level={level}
                data-has-source={source !== undefined}
              >
                <span className={styles.time}>{formatMs(atMs)}</span>
                {source !== undefined && <span className={styles.source}>{source}</span>}
                <span className={styles.stream}>{labels.logs.stream[stream]}</span>
                <span className={styles.text}>{text || ' '}</span>
              </div>
            </div>
          )
        })}
      </div>
    </>
  )
}
