import { useReactFlow } from '@xyflow/react'
import { isObject } from 'codenode/contract'
import {
  CircleAlert,
  CircleCheck,
  Download,
  FilePlus2,
  Network,
  PanelBottom,
  Play,
  Plus,
  Redo2,
  Square,
  Undo2,
  Upload,
} from 'lucide-react'
import { useRef } from 'react'
import { canRedo, canUndo } from '../graph/history.ts'
import { autoLayout } from '../graph/layout.ts'
import { newDocument } from '../graph/new-document.ts'
import { labels } from '../labels/editor.ts'
import { edit, redo, replaceDocument, undo, useEditor } from '../store/editor-store.ts'
import { cancelRun } from '../store/run-control.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { TextInput } from '../ui/field.tsx'
import styles from './canvas.module.css'
import { fitAll } from './fit-view.ts'
import { exportFile, nameOf } from './import-workflow.ts'

type ToolbarProps = { onRun: () => void; onImport: () => void; onProblems: () => void }

export function Toolbar({ onRun, onImport, onProblems }: ToolbarProps) {
  return (
    <div role="toolbar" aria-label={labels.toolbar.name} className={styles.tools}>
      <AddButton />
      <HistoryButtons />
      <WorkflowName />
      <span className={styles.gap} />
      <IconButton
        label={labels.toolbar.fresh}
        icon={<FilePlus2 />}
        onClick={() => replaceDocument(newDocument(), labels.notices.fresh)}
      />
      <IconButton label={labels.toolbar.import} icon={<Upload />} onClick={onImport} />
      <IconButton label={labels.toolbar.export} icon={<Download />} onClick={exportFile} />
      <ProblemsButton onClick={onProblems} />
      <RunButtons onRun={onRun} />
    </div>
  )
}

function AddButton() {
  const { screenToFlowPosition } = useReactFlow()
  const button = useRef<HTMLButtonElement>(null)
  const open = () => {
    const { selected } = useEditor.getState()
    const box = button.current?.getBoundingClientRect()
    const [only] = selected
    const view = document.querySelector('.react-flow')?.getBoundingClientRect()
    const middle = {
      x: (view?.left ?? 0) + (view?.width ?? 0) / 2 - 122,
      y: (view?.top ?? 0) + (view?.height ?? 0) / 2,
    }
    const where =
      only !== undefined && selected.length === 1
        ? { after: only, handle: null }
        : { position: screenToFlowPosition(middle) }
    useEditor.setState({ adding: { at: { x: box?.left ?? 0, y: box?.bottom ?? 0 }, where } })
  }
  return (
    <Button ref={button} icon={<Plus />} aria-haspopup="dialog" onClick={open}>
      {labels.toolbar.add}
    </Button>
  )
}

function HistoryButtons() {
  const isUndoable = useEditor((state) => canUndo(state.history))
  const isRedoable = useEditor((state) => canRedo(state.history))
  const { fitView } = useReactFlow()
  const arrange = () => {
    edit(autoLayout)
    requestAnimationFrame(() => void fitView({ ...fitAll, duration: 200 }))
  }
  return (
    <>
      <IconButton label={labels.toolbar.undo} icon={<Undo2 />} disabled={!isUndoable} onClick={undo} />
      <IconButton label={labels.toolbar.redo} icon={<Redo2 />} disabled={!isRedoable} onClick={redo} />
      <IconButton label={labels.toolbar.arrange} icon={<Network />} onClick={arrange} />
    </>
  )
}

function WorkflowName() {
  const name = useEditor((state) => nameOf(state.history.present))
  return (
    <TextInput
      aria-label={labels.toolbar.workflowName}
      className={styles.name}
      value={name}
      onChange={(event) => {
        const { value } = event.target
        edit((it) => ({ ...it, app: { ...(isObject(it.app) ? it.app : {}), name: value } }), 'name')
      }}
    />
  )
}

function ProblemsButton({ onClick }: { onClick: () => void }) {
  const count = useEditor((state) => [...state.problems.values()].reduce((sum, { length }) => sum + length, 0))
  const text = count === 0 ? labels.toolbar.noProblems : labels.canvas.problems(count)
  return (
    <Button
      look="quiet"
      className={count > 0 ? styles.bad : undefined}
      icon={count > 0 ? <CircleAlert /> : <CircleCheck />}
      disabled={count === 0}
      aria-label={text}
      onClick={onClick}
    >
      <span className={styles.optional}>{text}</span>
      {count > 0 && <span className={styles.narrowOnly}>{count}</span>}
    </Button>
  )
}

function RunButtons({ onRun }: { onRun: () => void }) {
  const isRunning = useEditor((state) => state.run.name === 'running')
  const hasRun = useEditor((state) => state.run.name !== 'none')
  const isOpen = useEditor((state) => state.isResultOpen)
  return (
    <>
      {hasRun && (
        <IconButton
          label={labels.toolbar.result}
          icon={<PanelBottom />}
          aria-pressed={isOpen}
          onClick={() => useEditor.setState({ isResultOpen: !isOpen })}
        />
      )}
      {isRunning ? (
        <Button look="danger" icon={<Square />} onClick={() => void cancelRun()}>
          {labels.toolbar.cancel}
        </Button>
      ) : (
        <Button look="primary" icon={<Play />} onClick={onRun}>
          {labels.toolbar.run}
        </Button>
      )}
    </>
  )
}
