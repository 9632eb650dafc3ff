import { create } from 'zustand'
import { readText, writeText } from '../browser/storage.ts'

export const themes = ['system', 'light', 'dark'] as const
export type Theme = (typeof themes)[number]

const storageKey = 'codenode.theme'

export const useTheme = create<{ theme: Theme }>(() => ({ theme: readTheme(readText('local', storageKey)) }))

export function setTheme(theme: Theme): void {
  writeText('local', storageKey, theme)
  useTheme.setState({ theme })
  applyTheme()
}

/** The system's colours are those of the style sheet itself, so then nothing is set. */
export function applyTheme(): void {
  const { theme } = useTheme.getState()
  const { dataset } = document.documentElement
  if (theme === 'system') delete dataset.theme
  else dataset.theme = theme
}

function readTheme(text: string | null): Theme {
  return themes.find((theme) => theme === text) ?? 'system'
}
