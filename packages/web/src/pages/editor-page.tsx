import { ReactFlowProvider } from '@xyflow/react'
import { type DragEvent, useCallback, useEffect, useState } from 'react'
import { AddMenu } from '../canvas/add-menu.tsx'
import styles from '../canvas/canvas.module.css'
import { Canvas } from '../canvas/canvas.tsx'
import { ExportDialog } from '../canvas/export-dialog.tsx'
import { FirstSteps } from '../canvas/first-steps.tsx'
import { ImportDialog } from '../canvas/import-dialog.tsx'
import { importFile, nameOf } from '../canvas/import-workflow.ts'
import { KeepingNotice } from '../canvas/keeping-notice.tsx'
import { Notice } from '../canvas/notice.tsx'
import { ProblemDialog } from '../canvas/problem-dialog.tsx'
import { ResultDrawer } from '../canvas/result-drawer.tsx'
import { AskedInputsDialog, RunDialog } from '../canvas/run-dialog.tsx'
import { Toolbar } from '../canvas/toolbar.tsx'
import { UnsupportedDialog } from '../canvas/unsupported-dialog.tsx'
import { useEditorKeys } from '../canvas/use-editor-keys.ts'
import { type InputField, inputFields } from '../form/input-fields.ts'
import { nodesOf } from '../graph/access.ts'
import { labels } from '../labels/editor.ts'
import { NodePanel } from '../panel/other-nodes/node-panel.tsx'
import { usePageTitle } from '../shell/page-title.ts'
import { currentDocument, isReadyToRun, useEditor, watchProblems } from '../store/editor-store.ts'
import { restoreOnce, takeLastRun } from '../store/keep.ts'
import { showRun, startRun } from '../store/run-control.ts'

type Open = { dialog: 'none' | 'import' | 'problems' } | { dialog: 'run'; fields: readonly InputField[] }

export function EditorPage() {
  const [open, setOpen] = useState<Open>({ dialog: 'none' })
  const [isDropping, setDropping] = useState(false)
  useKeptWorkflow()
  usePageTitle(useEditor((state) => nameOf(state.history.present)))
  const run = useCallback(() => {
    if (useEditor.getState().run.name === 'running') return
    if (!isReadyToRun()) return setOpen({ dialog: 'problems' })
    const start = nodesOf(currentDocument()).find(({ data }) => data.type === 'start')
    const fields = start ? inputFields(start.data, []) : []
    if (fields.length > 0) setOpen({ dialog: 'run', fields })
    else void startRun({})
  }, [])
  useEditorKeys({ onRun: run })
  const close = useCallback(() => setOpen({ dialog: 'none' }), [])

  const drop = (event: DragEvent) => {
    event.preventDefault()
    setDropping(false)
    const [file] = event.dataTransfer.files
    if (file) void importFile(file)
  }
  return (
    <ReactFlowProvider>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: files are dropped here; the import dialog does the same */}
      <div
        className={isDropping ? `${styles.editor} ${styles.dropping}` : styles.editor}
        data-drop={labels.canvas.empty}
        onDragOver={(event) => {
          if (!event.dataTransfer.types.includes('Files')) return
          event.preventDefault()
          setDropping(true)
        }}
        onDragLeave={(event) => {
          if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setDropping(false)
        }}
        onDrop={drop}
      >
        <h1 className={styles.visuallyHidden}>{labels.nav.editor}</h1>
        <Toolbar
          onRun={run}
          onImport={() => setOpen({ dialog: 'import' })}
          onProblems={() => setOpen({ dialog: 'problems' })}
        />
        <Canvas />
        <FirstSteps onImport={() => setOpen({ dialog: 'import' })} />
        <NodePanel />
        <ResultDrawer />
        <KeepingNotice />
        <Notice />
        <AddMenu />
      </div>
      {open.dialog === 'run' && <RunDialog fields={open.fields} onClose={close} />}
      {open.dialog === 'import' && <ImportDialog onClose={close} />}
      {open.dialog === 'none' && <UnsupportedDialog />}
      <ExportDialog />
      <AskedInputsDialog />
      {open.dialog === 'problems' && <ProblemDialog onClose={close} />}
    </ReactFlowProvider>
  )
}

/** The workflow lives as long as the app, and beyond it in the browser's storage. */
function useKeptWorkflow(): void {
  // Before the first picture.
  useState(restoreOnce)
  useEffect(() => {
    const lastRun = takeLastRun()
    if (lastRun !== null && useEditor.getState().run.name === 'none') void showRun(lastRun, 'quiet')
  }, [])
  useEffect(() => watchProblems(), [])
}
