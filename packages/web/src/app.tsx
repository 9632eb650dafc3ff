import { lazy, Suspense } from 'react'
import { Link, Route, Switch, useLocation } from 'wouter'
import { labels } from './labels/editor.ts'
import { ErrorBoundary } from './shell/error-boundary.tsx'
import { Header } from './shell/header.tsx'
import { KeyGate } from './shell/key-gate.tsx'
import { Empty, Loading } from './shell/page-state.tsx'
import { SaveKey } from './shell/save-key.tsx'
import styles from './shell/shell.module.css'

const EditorPage = lazy(async () => ({ default: (await import('./pages/editor-page.tsx')).EditorPage }))
const RunsPage = lazy(async () => ({ default: (await import('./pages/runs-page.tsx')).RunsPage }))
const RunPage = lazy(async () => ({ default: (await import('./pages/run-page.tsx')).RunPage }))
const PackagesPage = lazy(async () => ({ default: (await import('./pages/packages-page.tsx')).PackagesPage }))

export function App() {
  const [location] = useLocation()
  return (
    <div className={styles.shell}>
      <a className={styles.skip} href="#content">
        {labels.app.skip}
      </a>
      <Header />
      <main id="content" tabIndex={-1} className={styles.main}>
        <ErrorBoundary key={location}>
          <Suspense fallback={<Loading />}>
            <Switch>
              <Route path="/" component={EditorPage} />
              <Route path="/runs" component={RunsPage} />
              <Route path="/runs/:id">{({ id }) => <RunPage key={id} id={id} />}</Route>
              <Route path="/packages" component={PackagesPage} />
              <Route>
                <Empty title={labels.app.notFound}>
                  <Link href="/">{labels.app.toEditor}</Link>
                </Empty>
              </Route>
            </Switch>
          </Suspense>
        </ErrorBoundary>
      </main>
      <KeyGate />
      <SaveKey />
    </div>
  )
}
