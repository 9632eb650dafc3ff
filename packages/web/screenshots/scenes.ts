import type { Page } from 'playwright-core'
import { editorOn } from '../test/support/editor-page.ts'
import { manyNodes } from '../test/support/many-nodes.ts'
import { panelOn } from '../test/support/panel-actions.ts'
import { runTrip, trip } from '../test/support/trip.ts'

/** A page in one state: where it is, and what somebody does to see it. */
export type Scene = {
  name: string
  /** `embed`: the example page of docs/embedding.md. Default: the editor. */
  at?: string
  /** The first steps. Scenes that share a base can be reached one after the other on one page, in the order of `scenes`. */
  base?: (page: Page) => Promise<void>
  /** Default: the base is all of it. */
  reach?: (page: Page) => Promise<void>
}

const tableCode = `import pandas as pd

def main(people: list) -> dict:
    frame = pd.DataFrame(people)
    print(f"{len(frame)} people")
    means = frame.groupby("city", as_index=False).mean(numeric_only=True).round(1)
    return {"cities": means.to_dict("records"), "oldest": frame.age.max()}
`

const people = JSON.stringify(
  ['Oslo', 'Rome', 'Bern', 'Lima', 'Kyiv', 'Cork'].flatMap((city, place) =>
    [31, 44, 27].map((age, index) => ({ city, age: age + 3 * place, height: 160 + 4 * index + place })),
  ),
)

/** A Code node that gives a table, in a workflow that is built by hand. */
async function openTable(page: Page): Promise<void> {
  await editorOn(page).importText(JSON.stringify(tableWorkflow))
  await editorOn(page).node('People by city').click()
  await editorOn(page).code.waitFor()
}

async function runTable(page: Page): Promise<void> {
  await openTable(page)
  const panel = panelOn(page)
  await panel.run.getByRole('radio', { name: 'JSON' }).first().check()
  await panel.run.getByRole('textbox', { name: 'Inputs as a JSON object' }).fill(`{"people": ${people}}`)
  await panel.runToEnd()
  await panel.run.scrollIntoViewIfNeeded()
}

async function failTable(page: Page): Promise<void> {
  await openTable(page)
  const panel = panelOn(page)
  await panel.write(tableCode.replace('"city", as_index', '"town", as_index'))
  await panel.run.getByRole('radio', { name: 'JSON' }).first().check()
  await panel.run.getByRole('textbox', { name: 'Inputs as a JSON object' }).fill(`{"people": ${people}}`)
  await panel.runToEnd()
}

const result = (view: string) => ({
  base: runTable,
  // The inputs have a choice of views too, below the result's.
  reach: (page: Page) => panelOn(page).run.getByRole('tabpanel').getByRole('radio', { name: view }).check(),
})

const tab = (name: string) => ({ base: runTable, reach: (page: Page) => panelOn(page).tab(name).click() })

const openTrip = (page: Page) => editorOn(page).importText(trip)

const openNode = (title: string) => ({
  base: openTrip,
  reach: async (page: Page) => {
    await editorOn(page).node(title).click()
    await page.getByRole('complementary', { name: `${title} settings` }).waitFor()
  },
})

const press = (button: string, dialog: string) => async (page: Page) => {
  await openTrip(page)
  await editorOn(page).node('Plan (TypeScript)').waitFor()
  await page.getByRole('button', { name: button, exact: true }).click()
  await page.getByRole('dialog', { name: dialog }).waitFor()
}

/** All that people see, in the order in which they meet it. */
export const scenes: readonly Scene[] = [
  { name: 'first-visit', reach: (page) => editorOn(page).node('Start').waitFor() },
  { name: 'workflow', base: openTrip },
  { name: 'workflow-run', base: runTrip },
  {
    name: 'workflow-steps',
    base: runTrip,
    reach: (page) => editorOn(page).result.getByRole('tab', { name: 'Steps' }).click(),
  },
  { name: 'code-node', reach: openTable },
  { name: 'code-node-failed', base: failTable },
  { name: 'code-node-tree', ...result('Tree') },
  { name: 'code-node-table', ...result('Table') },
  { name: 'code-node-chart', ...result('Chart') },
  { name: 'code-node-json', ...result('JSON') },
  { name: 'code-node-logs', ...tab('Logs') },
  { name: 'code-node-attempts', ...tab('Attempts') },
  { name: 'code-node-figures', ...tab('Stats') },
  {
    name: 'code-full-screen',
    base: runTable,
    reach: async (page) => {
      await panelOn(page).tab('Result').click()
      await page.getByRole('button', { name: 'Full screen' }).click()
      await page.getByRole('dialog', { name: 'Code' }).getByRole('radio', { name: 'Chart' }).check()
    },
  },
  {
    name: 'code-full-screen-failed',
    base: failTable,
    reach: (page) => page.getByRole('button', { name: 'Full screen' }).click(),
  },
  { name: 'start-node', ...openNode('Start') },
  { name: 'if-else-node', ...openNode('Will it rain?') },
  { name: 'aggregator-node', ...openNode('Luggage') },
  { name: 'end-node', ...openNode('End') },
  { name: 'add-node', reach: press('Add node', 'Add node') },
  { name: 'import', reach: press('Import workflow', 'Import workflow') },
  { name: 'run-inputs', reach: press('Run', 'Run inputs') },
  {
    name: 'large-workflow',
    reach: async (page) => await editorOn(page).importText(JSON.stringify(manyNodes(300))),
  },
  {
    name: 'runs',
    at: '/runs',
    reach: (page) => page.getByRole('link', { name: 'A trip to Seattle' }).first().waitFor(),
  },
  {
    name: 'run',
    at: '/runs',
    reach: async (page) => {
      await page.getByRole('link', { name: 'A trip to Seattle' }).first().click()
      await page.locator('summary', { hasText: 'Months by weather' }).click()
    },
  },
  {
    name: 'packages',
    at: '/packages',
    reach: (page) => page.getByText('pandas', { exact: true }).first().waitFor(),
  },
  {
    name: 'embedded',
    at: 'embed',
    reach: async (page) => {
      await panelOn(page).code.waitFor()
      await panelOn(page).runToEnd()
    },
  },
]

/** Takes every step to a scene, from a page that was just opened. */
export async function reachScene({ base, reach }: Scene, page: Page): Promise<void> {
  await base?.(page)
  await reach?.(page)
}

const tableWorkflow = {
  kind: 'app',
  app: { name: 'People of six cities', mode: 'workflow' },
  workflow: {
    graph: {
      nodes: [
        {
          id: 'start',
          type: 'custom',
          position: { x: 0, y: 0 },
          data: {
            type: 'start',
            title: 'Start',
            variables: [{ variable: 'people', label: 'People', type: 'json_object', required: true }],
          },
        },
        {
          id: 'table',
          type: 'custom',
          position: { x: 340, y: 0 },
          data: {
            type: 'code',
            title: 'People by city',
            code_language: 'python3',
            code: tableCode,
            variables: [{ variable: 'people', value_selector: ['start', 'people'], value_type: 'array[object]' }],
            outputs: { cities: { type: 'array[object]', children: null }, oldest: { type: 'number', children: null } },
            retry_config: { retry_enabled: true, max_retries: 3, retry_interval: 1000 },
          },
        },
        {
          id: 'end',
          type: 'custom',
          position: { x: 680, y: 0 },
          data: { type: 'end', title: 'End', outputs: [{ variable: 'cities', value_selector: ['table', 'cities'] }] },
        },
      ],
      edges: [
        { id: 'a', source: 'start', target: 'table' },
        { id: 'b', source: 'table', target: 'end' },
      ],
    },
  },
}
