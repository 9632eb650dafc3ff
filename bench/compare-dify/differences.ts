import type { Case, Outcome, Topic } from './case.ts'
import { languageDifferences } from './language-differences.ts'
import { workflowDifferences } from './workflow-differences.ts'

/** What is not alike in a case. `nodes`: the ids of the nodes that differ. */
export type Difference = { case: Case; dify: Outcome; ours: Outcome; nodes: string[] }

/** A difference that is meant: a row of the table in docs/dify.md, and how its cases are recognised. */
export type Row = {
  what: string
  dify: string
  codenode: string
  why: string
  topics: readonly Topic[]
  shows: (difference: Difference) => boolean
}

/** All differences that are meant. The first row that recognises a case explains it. */
export const differences: readonly Row[] = [...languageDifferences, ...workflowDifferences]
