import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { Page } from 'playwright-core'
import { editorOn } from './editor-page.ts'

const root = path.resolve(import.meta.dirname, '../../../..')
const data = (file: string): string => path.join(root, 'node_modules/vega-datasets/data', file)

/** The workflow of the demo, as its file says it. */
export const trip = readFileSync(path.join(root, 'examples/workflows/seattle-trip.yml'), 'utf8')

/** Imports the demo's workflow and runs it on its data, in which one node fails and is handled. */
export async function runTrip(page: Page): Promise<void> {
  const editor = editorOn(page)
  await editor.importText(trip)
  await editor.node('Plan (TypeScript)').waitFor()
  await editor.runButton.click()
  const form = page.getByRole('dialog', { name: 'Run inputs' })
  await form.getByLabel('Load text file: Weather of Seattle (CSV)').setInputFiles(data('seattle-weather.csv'))
  await form.getByLabel('Load text file: Airports (CSV)').setInputFiles(data('airports.csv'))
  await form.getByLabel('Load text file: Share prices (CSV)').setInputFiles(data('stocks.csv'))
  await form.getByRole('button', { name: 'Run', exact: true }).click()
  await editor.result.getByRole('status').getByText('Succeeded with recovered errors').waitFor()
}
