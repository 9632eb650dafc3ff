import { BookOpen, ListChecks, Package, Workflow } from 'lucide-react'
import { Link, useLocation } from 'wouter'
import { readPrefix } from '../browser/prefix.ts'
import { labels } from '../labels/editor.ts'
import { KeysButton } from './keys-dialog.tsx'
import styles from './shell.module.css'
import { ThemeSwitch } from './theme-switch.tsx'

const pages = [
  { to: '/', label: labels.nav.editor, short: labels.nav.editor, icon: <Workflow aria-hidden /> },
  { to: '/runs', label: labels.nav.runs, short: labels.nav.runs, icon: <ListChecks aria-hidden /> },
  { to: '/packages', label: labels.nav.packages, short: labels.nav.packagesShort, icon: <Package aria-hidden /> },
]

export function Header() {
  const [location] = useLocation()
  const isHere = (to: string) => (to === '/' ? location === '/' : location === to || location.startsWith(`${to}/`))
  return (
    <header className={styles.header}>
      <span className={styles.brand}>
        <img src={`${readPrefix()}/favicon.svg`} alt="" width={20} height={20} />
        <span className={styles.brandName}>{labels.app.name}</span>
      </span>
      <nav aria-label={labels.nav.main} className={styles.nav}>
        {pages.map(({ to, label, short, icon }) => (
          <Link
            key={to}
            href={to}
            aria-label={label}
            aria-current={isHere(to) ? 'page' : undefined}
            className={styles.link}
          >
            {icon}
            <span className={styles.wideText}>{label}</span>
            <span className={styles.narrowText}>{short}</span>
          </Link>
        ))}
        {/* It is no page of the app, so the app stays open beside it. */}
        <a
          href={`${readPrefix()}/docs`}
          target="_blank"
          rel="noopener"
          aria-label={labels.nav.referenceOpens}
          className={styles.link}
        >
          <BookOpen aria-hidden />
          <span>{labels.nav.reference}</span>
        </a>
      </nav>
      <KeysButton />
      <ThemeSwitch />
    </header>
  )
}
