import type { Client, Package, Packages } from 'codenode/client'
import { useState } from 'react'
import { labels } from '../labels/editor.ts'
import { packagePurposes } from '../labels/package-purposes.ts'
import { useQuery } from '../service/use-query.ts'
import { Failed, Loading } from '../shell/page-state.tsx'
import { usePageTitle } from '../shell/page-title.ts'
import { Field, TextInput } from '../ui/field.tsx'
import { IsolationTable, ServiceFacts } from './isolation.tsx'
import styles from './page.module.css'

const askAll = async (client: Client, signal: AbortSignal) => {
  const [packages, isolation, status] = await Promise.all([
    client.packages({ signal }),
    client.isolation({ signal }),
    client.status({ signal }),
  ])
  return { packages, isolation, status }
}

export function PackagesPage() {
  usePageTitle(labels.packages.title)
  const [query, again] = useQuery(askAll)
  return (
    <div className={styles.page}>
      <div className={styles.head}>
        <h1>{labels.packages.title}</h1>
      </div>
      {query.name === 'loading' && <Loading />}
      {query.name === 'failed' && <Failed error={query.error} onRetry={again} />}
      {query.name === 'ready' && (
        <>
          <PackageLists packages={query.value.packages} />
          <IsolationTable isolation={query.value.isolation} />
          <ServiceFacts status={query.value.status} />
        </>
      )}
    </div>
  )
}

function PackageLists({ packages }: { packages: Packages }) {
  const [wanted, setWanted] = useState('')
  return (
    <section className={styles.section} aria-label={labels.packages.packages}>
      <div className={styles.head}>
        <h2>{labels.packages.packages}</h2>
        <Field label={labels.packages.search} labelIs="hidden">
          {(control) => (
            <TextInput
              {...control}
              type="search"
              placeholder={labels.packages.search}
              value={wanted}
              onChange={(event) => setWanted(event.target.value)}
            />
          )}
        </Field>
      </div>
      <p className={styles.soft}>
        ● {labels.packages.preloaded}. {labels.packages.missing}
      </p>
      <div className={styles.columns}>
        <PackageTable title={labels.packages.python} packages={packages.python} wanted={wanted} />
        <PackageTable title={labels.packages.javascript} packages={packages.javascript} wanted={wanted} />
      </div>
    </section>
  )
}

/** Packages whose name, a name of import or what they are for holds what is searched; those that have words of their own first. */
export function findPackages(packages: readonly Package[], wanted: string): readonly Package[] {
  const text = wanted.trim().toLowerCase()
  const found = packages.filter(({ name, importNames }) =>
    [name, ...importNames, wordsOf(name)].some((it) => it.toLowerCase().includes(text)),
  )
  return found.toSorted((a, b) => Number(wordsOf(b.name) !== '') - Number(wordsOf(a.name) !== ''))
}

function wordsOf(name: string): string {
  return packagePurposes[name.toLowerCase()] ?? ''
}

type TableProps = { title: string; packages: readonly Package[]; wanted: string }

function PackageTable({ title, packages, wanted }: TableProps) {
  const found = findPackages(packages, wanted)
  return (
    <section className={styles.section} aria-label={title}>
      <p className={styles.soft}>
        {title} ({labels.packages.count(found.length, packages.length)})
      </p>
      <div className={styles.card}>
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">{labels.packages.name}</th>
              <th scope="col">{labels.packages.purpose}</th>
              <th scope="col">{labels.packages.imports}</th>
            </tr>
          </thead>
          <tbody>
            {found.map((one) => (
              <tr key={one.name}>
                <td>
                  {one.name}
                  {one.preloaded && <span title={labels.packages.preloaded}> ●</span>}
                  <p className={`${styles.soft} ${styles.mono}`}>{one.version}</p>
                </td>
                <td>{wordsOf(one.name) || <span className={styles.soft}>{labels.packages.inner}</span>}</td>
                <td className={styles.mono}>{one.importNames.join(', ')}</td>
              </tr>
            ))}
            {found.length === 0 && (
              <tr>
                <td colSpan={3}>
                  {labels.packages.none}. {labels.packages.missing}
                </td>
              </tr>
            )}
          </tbody>
        </table>
      </div>
    </section>
  )
}
