import { Monitor, Moon, Sun } from 'lucide-react'
import { labels } from '../labels/editor.ts'
import { IconButton } from '../ui/button.tsx'
import { setTheme, type Theme, themes, useTheme } from './theme.ts'

const icons = { system: <Monitor />, light: <Sun />, dark: <Moon /> } satisfies Record<Theme, unknown>

/** Goes through the three choices in turn. */
export function ThemeSwitch() {
  const theme = useTheme((state) => state.theme)
  const next = themes[(themes.indexOf(theme) + 1) % themes.length] ?? 'system'
  return (
    <IconButton
      label={labels.theme.next(labels.theme[theme], labels.theme[next])}
      icon={icons[theme]}
      onClick={() => setTheme(next)}
    />
  )
}
