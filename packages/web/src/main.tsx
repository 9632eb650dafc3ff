import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { Router } from 'wouter'
import { App } from './app.tsx'
import { readPrefix } from './browser/prefix.ts'
import { applyTheme } from './shell/theme.ts'
import './theme/theme.css'

applyTheme()
const root = document.getElementById('root')
if (!root) throw new Error('index.html has no element with the id root.')
createRoot(root).render(
  <StrictMode>
    <Router base={readPrefix()}>
      <App />
    </Router>
  </StrictMode>,
)
