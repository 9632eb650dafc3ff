import { BookOpen, ListChecks, Package, Workflow } from 'lucide-react'
import { Link, useLocation } from 'wouter'
import { labels } from '../labels.ts'
import styles from './shell.module.css'
import { ThemeSwitch } from './theme-switch.tsx'

const pages = [
  { to: '/', label: labels.nav.editor, icon: <Workflow aria-hidden /> },
  { to: '/runs', label: labels.nav.runs, icon: <ListChecks aria-hidden /> },
  { to: '/packages', label: labels.nav.packages, icon: <Package aria-hidden /> },
]

export function Header() {
  const [location] = useLocation()
  const isHere = (to: string) => (to === '/' ? location === '/' : location === to || location.startsWith(`${to}/`))
  return (
    <header className={styles.header}>
      <span className={styles.brand}>
        <img src="/favicon.svg" alt="" width={20} height={20} />
        <span className={styles.brandName}>{labels.app.name}</span>
      </span>
      <nav aria-label={labels.nav.main} className={styles.nav}>
        {pages.map(({ to, label, icon }) => (
          <Link
            key={to}
            href={to}
            aria-label={label}
            aria-current={isHere(to) ? 'page' : undefined}
            className={styles.link}
          >
            {icon}
            <span className={styles.linkText}>{label}</span>
          </Link>
        ))}
        <a href="/docs" aria-label={labels.nav.reference} className={styles.link}>
          <BookOpen aria-hidden />
          <span className={styles.linkText}>{labels.nav.reference}</span>
        </a>
      </nav>
      <ThemeSwitch />
    </header>
  )
}
