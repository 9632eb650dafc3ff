import type { Packages } from 'codenode/client'
import { type CodeLanguage, codeLanguages } from 'codenode/contract'
import { type ReactNode, type RefObject, useMemo, useState } from 'react'
import { CodeEditor, type CodeEditorHandle } from '../editor/code-editor.tsx'
import type { Failure } from '../editor/failure-mark.ts'
import type { MemberSource } from '../editor/member-source.ts'
import { changeLanguage, isUntouched, resetCode } from '../form/change-language.ts'
import type { InputField } from '../form/input-fields.ts'
import { outputsToRows, rowsToOutputs } from '../form/output-rows.ts'
import { languageOf } from '../graph/code-language.ts'
import type { FieldProblem, NodeData, UpstreamVariable } from '../graph/document.ts'
import { labels } from '../labels/code-node.ts'
import { Problems } from '../ui/field.tsx'
import { Select } from '../ui/select.tsx'
import { applyQuickFix } from './apply-quick-fix.ts'
import { LanguageQuestion } from './language-question.tsx'
import { membersUpstream } from './members-upstream.ts'
import { problemsUnder } from './problems-of.ts'
import { Section } from './section.tsx'
import type { Edit } from './use-node-edits.ts'

type CodeSectionProps = {
  node: NodeData
  nodeId: string
  edit: Edit
  fields: readonly InputField[]
  upstream: readonly UpstreamVariable[]
  /** Values of a run, whose members can be offered. */
  samples: Readonly<Record<string, unknown>>
  packages: Packages | null
  members: MemberSource
  problems: readonly FieldProblem[]
  onRun: () => void
  failure: Failure | null
  /** For where the code fills the window. */
  testRun: ReactNode
  handle: RefObject<CodeEditorHandle | null>
}

const options = codeLanguages.map((value) => ({ value, label: labels.code.languages[value] }))

/** The code and its language. */
export function CodeSection(props: CodeSectionProps) {
  const { node, edit, fields, upstream, samples, packages, members, problems, onRun } = props
  const { nodeId, failure, testRun, handle } = props
  const [asked, setAsked] = useState<CodeLanguage | null>(null)
  const language = languageOf(node)
  const facts = useMemo(
    () => ({
      inputs: fields.map(({ name, type, selector }) => ({
        name,
        type,
        children: membersUpstream(selector, upstream),
        sample: samples[name],
      })),
      outputs: rowsToOutputs(outputsToRows(node.outputs)),
      packages,
      members,
    }),
    [fields, upstream, samples, node.outputs, packages, members],
  )
  const choose = (next: CodeLanguage): void => {
    if (isUntouched(node)) edit((before) => changeLanguage(before, next))
    else setAsked(next)
  }
  return (
    <Section heading={labels.code.heading}>
      <CodeEditor
        memoryKey={nodeId}
        code={typeof node.code === 'string' ? node.code : ''}
        language={language}
        facts={facts}
        onChange={(code) => edit((before) => ({ ...before, code }), 'code')}
        onRun={onRun}
        onQuickFix={(quickFix) => edit((before) => applyQuickFix(before, quickFix))}
        failure={failure}
        lead={<Select aria-label={labels.code.language} options={options} value={language} onChange={choose} />}
        testRun={testRun}
        handle={handle}
      />
      <Problems problems={[...problemsUnder(problems, 'code'), ...problemsUnder(problems, 'code_language')]} />
      {asked && (
        <LanguageQuestion
          language={asked}
          onClose={() => setAsked(null)}
          onAnswer={(answer) => {
            edit((before) => {
              const changed = changeLanguage(before, asked)
              return answer === 'replace' ? resetCode(changed) : changed
            })
            setAsked(null)
          }}
        />
      )}
    </Section>
  )
}
