import type { ServiceStatus } from 'codenode/client'
import type { Isolation } from 'codenode/contract'
import { labels } from '../labels.ts'
import { formatUptime } from '../record/format.ts'
import styles from './page.module.css'

export function ServiceFacts({ status }: { status: ServiceStatus }) {
  const runtimes = Object.entries(status.runtimes).map(([name, { version }]) => `${name} ${version ?? ''}`.trim())
  const facts = [
    [labels.packages.versionOf, status.version],
    [labels.packages.runtimes, runtimes.join(', ')],
    [labels.packages.uptime, formatUptime(status.uptimeMs)],
    [labels.packages.running, String(status.running)],
    [labels.packages.waiting, String(status.waiting)],
    [labels.packages.history, status.history.problem ?? labels.packages.historyGood],
  ] as const
  return (
    <section aria-label={labels.packages.service} className={styles.card}>
      <dl className={styles.facts}>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  )
}

export function IsolationTable({ isolation }: { isolation: Isolation }) {
  return (
    <section className={styles.section} aria-label={labels.packages.isolation}>
      <h2>{labels.packages.isolation}</h2>
      <p className={styles.soft}>
        {labels.packages.isolationHint} {labels.packages.level}: <strong>{isolation.level}</strong>
      </p>
      <div className={styles.card}>
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">{labels.packages.layer}</th>
              <th scope="col">{labels.packages.holds}</th>
            </tr>
          </thead>
          <tbody>
            {Object.entries(isolation.layers).map(([layer, holds]) => (
              <tr key={layer}>
                <td className={styles.mono}>{layer}</td>
                <td>{holds}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  )
}
