import { type IterationsRecord, toNodeType, type WorkflowNodeRecord } from 'codenode/contract'
import { labels } from '../labels/editor.ts'
import { formatMs } from '../labels/format-figures.ts'
import { LogList } from '../results/log-list.tsx'
import { logsOf } from '../run-state/node-run-state.ts'
import { AttemptList } from './attempt-list.tsx'
import { Outputs } from './outputs.tsx'
import { ErrorBlock, Part, ValueBlock } from './parts.tsx'
import styles from './record.module.css'
import { StatusMark } from './status-mark.tsx'

/** All that is known of one node of a run. */
export function NodeRecordParts({ record }: { record: WorkflowNodeRecord }) {
  const { inputs, outputs, error, run, branch, status, iterations } = record
  return (
    <div className={styles.parts}>
      {error && <ErrorBlock error={error} isHandled={status === 'exception'} />}
      {branch !== null && branch !== 'source' && <p className={styles.soft}>{labels.run.branch(branch)}</p>}
      {inputs && Object.keys(inputs).length > 0 && (
        <Part title={labels.run.inputs}>
          <ValueBlock value={inputs} />
        </Part>
      )}
      {outputs && (
        <Part title={labels.run.outputs}>
          <Outputs outputs={outputs} />
        </Part>
      )}
      {iterations && (
        <Part title={labels.run.items}>
          <ItemList iterations={iterations} />
        </Part>
      )}
      {run && logsOf(run).length > 0 && (
        <Part title={labels.run.logs}>
          <LogList logs={logsOf(run)} isLive={false} />
        </Part>
      )}
      {run && run.attempts.length > 1 && (
        <Part title={labels.run.attempts}>
          <AttemptList attempts={run.attempts} />
        </Part>
      )}
    </div>
  )
}

const maxItems = 100

/** The items of an iteration. Their nodes are there for those that are kept whole. */
function ItemList({ iterations }: { iterations: IterationsRecord }) {
  return (
    <>
      <p className={styles.soft}>{labels.canvas.items(iterations.items.length, iterations.count)}</p>
      <ol className={styles.steps}>
        {iterations.items.slice(0, maxItems).map(({ index, status, durationMs, error, nodes }) => (
          <li key={index} className={styles.step}>
            <details>
              <summary>
                <span className={styles.title}>{labels.run.item(index)}</span>
                <span className={styles.time}>{formatMs(durationMs)}</span>
                <StatusMark status={status} />
              </summary>
              <div className={styles.inside}>
                {error && <p className={styles.soft}>{error.message}</p>}
                {nodes?.map((node) => (
                  <section key={node.id} className={styles.part} aria-label={node.title || node.type}>
                    <h4>
                      {node.title || nameType(node.type)} · {labels.status[node.status]}
                    </h4>
                    <NodeRecordParts record={node} />
                  </section>
                ))}
              </div>
            </details>
          </li>
        ))}
      </ol>
    </>
  )
}

/** Types that do not run here stand in a record where they were stood in for. */
function nameType(type: string): string {
  const known = toNodeType(type)
  return known ? labels.types[known] : type
}
