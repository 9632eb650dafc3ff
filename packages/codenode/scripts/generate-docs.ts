import { writeFile } from 'node:fs/promises'
import { failuresPage } from '../src/contract/failures-page.ts'

// Writes the pages that are made from the contract. A test fails when a page and its source differ.
await writeFile(new URL('../../../docs/failures.md', import.meta.url), failuresPage())
