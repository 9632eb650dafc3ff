/** The editor of a service that is mounted below a prefix, in a server of somebody's own. */
import { rmSync } from 'node:fs'
import { createService } from 'codenode-server'
import fastify, { type FastifyInstance } from 'fastify'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeDataDir } from '../../codenode/test/support/service.ts'
import { launchBrowser } from './support/browser.ts'
import { editorOn, skipReason } from './support/editor-page.ts'

describe.skipIf(skipReason)(`a mounted editor${skipReason ? ` (skipped: ${skipReason})` : ''}`, () => {
  const dataDir = makeDataDir()
  let app: FastifyInstance
  let browser: Browser
  let url: string

  beforeAll(async () => {
    app = fastify()
    const limits = { wallMs: 120_000, cpuMs: 120_000 }
    const service = await createService({ dataDir, limits, spares: 1, logLevel: 'silent' })
    await app.register(service.routes, { prefix: '/tools/codenode' })
    url = await app.listen({ port: 0, host: '127.0.0.1' })
    browser = await launchBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await app?.close()
    rmSync(dataDir, { recursive: true, force: true })
  })

  test('runs a workflow, and its pages lead to each other, also after a reload', async () => {
    const page = await browser.newPage()
    page.setDefaultTimeout(60_000)
    const lost: string[] = []
    page.on('response', (answer) => {
      if (answer.status() >= 400 || !answer.url().startsWith(`${url}/tools/codenode/`)) lost.push(answer.url())
    })
    await page.goto(`${url}/tools/codenode/`)
    const editor = editorOn(page)
    await page.getByRole('button', { name: 'Open example' }).click()
    await editor.node('Count words').waitFor()
    await editor.runButton.click()
    await page.getByRole('dialog', { name: 'Run inputs' }).getByRole('button', { name: 'Run', exact: true }).click()
    await editor.result.getByRole('status').getByText('Succeeded').waitFor()

    await page.getByRole('link', { name: 'Runs' }).click()
    await page.waitForURL(`${url}/tools/codenode/runs`)
    await page.getByRole('table').getByRole('link').first().click()
    await page.waitForURL(/\/tools\/codenode\/runs\/run_/)
    await page.reload()
    await page.getByText('Count words').first().waitFor()
    const reference = page.locator('header a[target=_blank]')
    expect(await reference.getAttribute('href')).toBe('/tools/codenode/docs')
    expect(lost).toEqual([])
    await page.close()
  })
})
