import { openSearchPanel } from '@codemirror/search'
import type { EditorView } from '@codemirror/view'
import { type CodeLanguage, stringifyLossless } from 'codenode/contract'
import {
  type ReactNode,
  type RefObject,
  useCallback,
  useEffect,
  useImperativeHandle,
  useMemo,
  useRef,
  useState,
} from 'react'
import type { QuickFix } from '../diagnostics/diagnostic.ts'
import { labels } from '../labels/code-node.ts'
import { cx } from '../ui/cx.ts'
import { useFullWindow } from '../ui/use-full-window.ts'
import styles from './code-editor.module.css'
import { type CodeFacts, codeExtensions } from './code-extensions.ts'
import { CodeProblems } from './code-problems.tsx'
import { EditorToolbar } from './editor-toolbar.tsx'
import { type Failure, markedLine, setFailure } from './failure-mark.ts'
import { useFormat } from './format/use-format.ts'
import { languageSupport } from './language.ts'
import { type CodeProblem, newFacts } from './lint.ts'
import { useCodeMirror } from './use-code-mirror.ts'
import { useLatest } from './use-latest.ts'

/** What others can do with an editor. */
export type CodeEditorHandle = { goToLine: (line: number) => void }

type CodeEditorProps = {
  /** Of the node: its steps of undo are still there when it is opened again. */
  memoryKey: string
  code: string
  language: CodeLanguage
  facts: CodeFacts
  onChange: (code: string) => void
  onRun: () => void
  onQuickFix: (quickFix: QuickFix) => void
  failure: Failure | null
  /** The choice of the language. */
  lead: ReactNode
  /** The test run, shown beside the code while the editor fills the window. */
  testRun: ReactNode
  handle: RefObject<CodeEditorHandle | null>
}

/** The code of a node, with what can be done to it. */
export function CodeEditor(props: CodeEditorProps) {
  const { code, language, facts, onChange, onRun, onQuickFix, failure, lead, testRun, handle } = props
  const frame = useRef<HTMLDivElement>(null)
  const latest = useLatest({ facts, onRun, onQuickFix })
  const { format, formatted, isFormatting } = useFormat(language, languageSupport[language])
  const [problems, setProblems] = useState<readonly CodeProblem[]>([])
  const extensions = useMemo(
    () =>
      codeExtensions(language, () => latest.current.facts, {
        onRun: () => latest.current.onRun(),
        onFormat: (editor) => void format(editor),
        onQuickFix: (quickFix) => latest.current.onQuickFix(quickFix),
        onProblems: setProblems,
      }),
    [language, latest, format],
  )
  const memoryKey = `${props.memoryKey} ${language}`
  const { parent, view } = useCodeMirror({ value: code, onChange, extensions, memoryKey })
  const focusCode = useCallback(() => view.current?.focus(), [view])
  const { isFull, toggle, leave } = useFullWindow(frame, focusCode)

  const checkedAgainst = stringifyLossless([facts.inputs.map(({ name }) => name), facts.outputs])
  // biome-ignore lint/correctness/useExhaustiveDependencies: what the code is checked against is asked for, and it must be told of a change
  useEffect(() => view.current?.dispatch({ effects: newFacts.of(null) }), [checkedAgainst, facts.packages, view])

  // biome-ignore lint/correctness/useExhaustiveDependencies: an editor of another language has looked at nothing yet
  useEffect(() => setProblems([]), [extensions])

  // biome-ignore lint/correctness/useExhaustiveDependencies: the mark belongs to the editor, which is made anew for another language
  useEffect(() => view.current?.dispatch({ effects: setFailure.of(failure) }), [failure, view, extensions])
  useImperativeHandle(
    handle,
    () => ({
      goToLine: (line) => {
        // What failed may have moved.
        const marked = line === failure?.line && view.current ? markedLine(view.current.state) : null
        goToLine(view.current, marked ?? line)
      },
    }),
    [view, failure],
  )

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Escape is for what is inside first
    <div
      ref={frame}
      className={cx(styles.frame, isFull && styles.full)}
      {...(isFull ? { role: 'dialog', 'aria-modal': true, 'aria-label': labels.code.heading } : {})}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || !isFull || event.defaultPrevented) return
        event.stopPropagation()
        leave()
      }}
    >
      <EditorToolbar
        lead={lead}
        code={code}
        language={language}
        inputs={facts.inputs}
        isFull={isFull}
        onChange={onChange}
        onFormat={() => view.current && void format(view.current)}
        formatted={formatted?.code === code ? formatted : null}
        isFormatting={isFormatting}
        onFind={() => view.current && openSearchPanel(view.current)}
        onToggleFull={() => {
          toggle()
          requestAnimationFrame(focusCode)
        }}
      />
      <div className={styles.room}>
        <div ref={parent} className={styles.code} />
        {isFull && <div className={styles.beside}>{testRun}</div>}
      </div>
      <CodeProblems problems={problems} onGo={({ from }) => goTo(view.current, from)} />
    </div>
  )
}

function goToLine(view: EditorView | null, line: number): void {
  if (view && line >= 1 && line <= view.state.doc.lines) goTo(view, view.state.doc.line(line).from)
}

function goTo(view: EditorView | null, place: number): void {
  view?.dispatch({ selection: { anchor: place }, scrollIntoView: true })
  view?.focus()
}
