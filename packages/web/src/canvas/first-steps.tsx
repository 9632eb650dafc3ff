import { BookOpen, Plus, Upload } from 'lucide-react'
import { edgesOf, findNode, nodesOf } from '../graph/access.ts'
import { exampleDocument } from '../graph/example-document.ts'
import { labels } from '../labels/editor.ts'
import { currentDocument, edit, openPanel, replaceDocument, select, useEditor } from '../store/editor-store.ts'
import { Button } from '../ui/button.tsx'
import { addFirstCode } from './add.ts'
import styles from './canvas.module.css'

/** What can be done with a workflow that has only its ends. */
export function FirstSteps({ onImport }: { onImport: () => void }) {
  const isNew = useEditor(({ history: { present } }) => nodesOf(present).length <= 2 && edgesOf(present).length === 0)
  // The panel of a node that was undone waits for it to come back.
  const isBusy = useEditor(
    ({ panel, adding, run, isResultOpen, history: { present } }) =>
      adding !== null ||
      (isResultOpen && run.name !== 'none') ||
      (panel !== null && findNode(present, panel.id) !== undefined),
  )
  if (!isNew || isBusy) return null
  const begin = () => {
    const added = addFirstCode(currentDocument())
    if (!added) return
    edit(() => added.document)
    select([added.id])
    openPanel(added.id, 'panel')
  }
  return (
    <section className={styles.firstSteps} aria-label={labels.firstSteps.name}>
      <p>{labels.firstSteps.hint}</p>
      <div>
        <Button look="primary" icon={<Plus />} onClick={begin}>
          {labels.firstSteps.code}
        </Button>
        <Button icon={<Upload />} onClick={onImport}>
          {labels.firstSteps.import}
        </Button>
        <Button
          icon={<BookOpen />}
          onClick={() => replaceDocument(exampleDocument(labels.firstSteps.exampleName), labels.firstSteps.shown)}
        >
          {labels.firstSteps.example}
        </Button>
      </div>
    </section>
  )
}
