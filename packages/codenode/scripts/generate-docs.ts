import { readFile, writeFile } from 'node:fs/promises'
import { withDifferences } from '../../../bench/compare-dify/differences-table.ts'
import { cliPage } from './cli-page.ts'
import { configurationPage } from './configuration-page.ts'
import { failuresPage } from './failures-page.ts'
import { mcpPage } from './mcp-page.ts'

// Writes the pages, and parts of pages, that are made from code. A test fails when a page and its source differ.
const docs = new URL('../../../docs/', import.meta.url)
await writeFile(new URL('failures.md', docs), failuresPage())
await writeFile(new URL('configuration.md', docs), configurationPage())
await writeFile(new URL('cli.md', docs), cliPage())
await writeFile(new URL('mcp.md', docs), mcpPage())
const dify = new URL('dify.md', docs)
await writeFile(dify, withDifferences(await readFile(dify, 'utf8')))
