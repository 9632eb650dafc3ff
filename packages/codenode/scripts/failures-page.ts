import { type Blame, failureCodes, failures } from '../src/contract/failures.ts'

const blameTitles: Readonly<Record<Blame, string>> = {
  code: 'The code',
  limit: 'A limit',
  configuration: 'The settings or the caller',
  platform: 'The platform',
}

/** The text of docs/failures.md, made from the catalogue. */
export function failuresPage(): string {
  // Object.keys knows only strings; the keys are exactly the kinds of blame.
  const sections = (Object.keys(blameTitles) as Blame[]).map(sectionOf)
  return `${opening}\n${sections.join('\n')}`
}

const opening = `<!-- Written by \`npm run docs\` from packages/codenode/src/contract/failures.ts. -->

# Failures

Every failure has a stable \`code\`. In a record it stands under \`error\`, beside \`type\` (what workflows see as
\`error_type\`; the names are Dify's), \`blame\`, \`message\`, \`details\`, \`traceback\` and \`hint\`: what to do, from the
table below where nothing more exact is known. \`error_message\` of a fail branch or of default values ends in it.

* **Retry**: whether another try can follow, if the node's retries are on.
* **HTTP**: the status of an answer that is this failure alone. A run that has a record is answered with 200, whatever
  became of it.
* A result that breaks several rules is one failure: \`details.problems\` lists them (\`path\`, \`found\`, \`allowed\`, \`code\`;
  at most 100, \`details.problemCount\` counts all). Its code is that of the first problem in the order of the declared
  outputs; a missing output comes before all others. So the type is \`DepthLimitError\` only where the depth rule is the
  only one or the first one that is broken. \`details.result\` shows what \`main\` returned: \`value\`, shortened to about 8000
  characters, and \`isWhole\`, which is false where something was left out.
* The node's error strategy applies to every failure of a run, those of the platform included. A cancelled run is not a
  failure.
`

function sectionOf(blame: Blame): string {
  const rows = failureCodes
    .filter((code) => failures[code].blame === blame)
    .map((code) => {
      const { type, retry, http, summary, advice } = failures[code]
      return `| \`${code}\` | ${summary} | ${advice} | \`${type}\` | ${retry ? 'yes' : 'no'} | ${http} |`
    })
  return `## ${blameTitles[blame]}

| code | what happened | what to do | type | retry | HTTP |
| --- | --- | --- | --- | --- | --- |
${rows.join('\n')}
`
}
