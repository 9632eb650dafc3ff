import type { ServiceStatus } from 'codenode/client'
import type { Isolation } from 'codenode/contract'
import { labels } from '../labels/editor.ts'
import { formatUptime } from '../labels/format-times.ts'
import styles from './page.module.css'

export function ServiceFacts({ status }: { status: ServiceStatus }) {
  const { runtimeNames } = labels.packages
  const runtimes = Object.entries(status.runtimes).map(([name, { version }]) =>
    `${runtimeNames[name] ?? name} ${version ?? ''}`.trim(),
  )
  const facts = [
    [labels.packages.versionOf, status.version],
    [labels.packages.runtimes, runtimes.join(', ')],
    [labels.packages.uptime, formatUptime(status.uptimeMs)],
    [labels.packages.running, String(status.running)],
    [labels.packages.waiting, String(status.waiting)],
    [labels.packages.history, status.history.problem ?? labels.packages.historyGood],
  ] as const
  return (
    <section className={styles.section} aria-label={labels.packages.service}>
      <h2>{labels.packages.service}</h2>
      <div className={styles.card}>
        <dl className={styles.facts}>
          {facts.map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      </div>
    </section>
  )
}

/** What keeps a run from everything else, in plain words; the names of the kernel's own stand small beside them. */
export function IsolationTable({ isolation: { level, layers } }: { isolation: Isolation }) {
  const namespaces = level.startsWith('namespaces') ? [['namespaces', ''] as const] : []
  return (
    <section className={styles.section} aria-label={labels.packages.isolation}>
      <h2>{labels.packages.isolation}</h2>
      <p className={styles.soft}>{labels.packages.isolationHint}</p>
      <div className={styles.card}>
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">{labels.packages.layer}</th>
              <th scope="col">{labels.packages.holds}</th>
            </tr>
          </thead>
          <tbody>
            {[...namespaces, ...Object.entries(layers)].map(([layer, detail]) => (
              <tr key={layer}>
                <td>
                  {labels.packages.layers[layer] ?? layer}
                  <p className={`${styles.soft} ${styles.mono}`}>
                    {layer} {detail}
                  </p>
                </td>
                <td className={styles.word}>{labels.packages.enforced}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  )
}
