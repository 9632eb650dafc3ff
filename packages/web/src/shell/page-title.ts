import { useEffect } from 'react'
import { labels } from '../labels/editor.ts'

/** What the browser's tab says; null: only the name of the app, until more is known. */
export function usePageTitle(name: string | null): void {
  useEffect(() => {
    document.title = name ? labels.app.pageTitle(name) : labels.app.name
  }, [name])
}
