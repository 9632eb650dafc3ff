export * from './panel.ts'

import './styles.css'
