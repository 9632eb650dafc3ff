import { labels } from './labels.ts'

export function App() {
  return <h1>{labels.app.name}</h1>
}
