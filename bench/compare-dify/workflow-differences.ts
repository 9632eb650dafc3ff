import type { Difference, Row } from './differences.ts'
import { isNamed, isOnlyRefusedByDify, sourceOf } from './recognise.ts'

/** What differs in a workflow. */
export const workflowDifferences: readonly Row[] = [
  {
    what: 'A success after a retry',
    dify: 'makes the workflow `partial-succeeded`',
    codenode: 'is a plain success',
    why: 'Nothing is missing in its outputs',
    topics: ['strategies'],
    shows: (it) => isNamed(it, 'a success after a retry') && end(it, 'partial-succeeded', 'succeeded'),
  },
  {
    what: 'A comparison of a number that is text (`"7" = 7`), or of a list of numbers with a text',
    dify: 'fails the workflow, or does not hold',
    codenode: 'compares the numbers',
    why: 'Models give numbers as text',
    topics: ['conditions'],
    shows: (it) => isNamed(it, '"7" = "7"', '[1, 2] contains "1"') && it.ours.outputs.includes('yes'),
  },
  {
    what: 'Whether a boolean is empty',
    dify: 'fails the workflow where the condition has no value to compare with',
    codenode: 'holds for false and null',
    why: 'The operator needs no value',
    topics: ['conditions'],
    shows: (it) => isNamed(it, 'False empty') && end(it, 'failed', 'succeeded'),
  },
  {
    what: 'An iteration in which items failed, and which went on',
    dify: 'is `succeeded`',
    codenode: 'is `exception`',
    why: 'So it is found in the record. The workflow is `partial-succeeded` in both',
    topics: ['iterations'],
    shows: ({ dify, ours, nodes }) =>
      nodes.join() === 'it' && dify.status === ours.status && ours.nodes.it?.status === 'exception',
  },
  {
    what: "A template that reaches for Python's inside (`{{ x.__class__ }}`)",
    dify: 'shows it',
    codenode: 'gives nothing',
    why: "Templates run in Jinja2's sandboxed environment",
    topics: ['templates'],
    shows: (it) => isNamed(it, 'an attack on the template'),
  },
  {
    what: 'A variable aggregator whose first variable is null',
    dify: 'gives null when the node ran',
    codenode: 'gives the first that is not null',
    why: 'Whoever joins branches wants the value',
    topics: ['aggregators'],
    shows: (it) => sourceOf(it).includes('None') && end(it, 'succeeded', 'succeeded'),
  },
  {
    what: 'An edge to a node that is gone; a node of an unknown type that nothing leads to',
    dify: "is refused by its engine's reader of documents",
    codenode: 'is passed over, with a warning',
    why: 'Drafts have them',
    topics: ['drafts'],
    shows: isOnlyRefusedByDify,
  },
  {
    what: 'An edge from an unknown handle of a node that does not branch',
    dify: 'is taken',
    codenode: 'is passed over, with a warning',
    why: 'It is what a branch that is gone left behind',
    topics: ['drafts'],
    shows: (it) => isNamed(it, 'a handle that is gone') && it.nodes.length === 1,
  },
  {
    what: 'An empty row among the outputs of an end node',
    dify: 'is an output without a name, and null',
    codenode: 'is passed over, with a warning',
    why: 'The editor leaves such rows behind',
    topics: ['drafts'],
    shows: (it) => isNamed(it, 'an empty row') && end(it, 'succeeded', 'succeeded'),
  },
  {
    what: 'The outputs of an answer',
    dify: 'have a list `files` too',
    codenode: 'are the text',
    why: 'Files are not passed through here',
    topics: ['drafts'],
    shows: (it) => isNamed(it, 'an answer') && it.dify.outputs.replace(',"files":[]', '') === it.ours.outputs,
  },
]

function end({ dify, ours }: Difference, difyStatus: string, oursStatus: string): boolean {
  return dify.status === difyStatus && ours.status === oursStatus
}
