import { type ChangeEvent, useRef, useState } from 'react'
import { labels } from '../labels/editor.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Field, TextArea } from '../ui/field.tsx'
import styles from './canvas.module.css'
import { importFile, importText } from './import-workflow.ts'

export function ImportDialog({ onClose }: { onClose: () => void }) {
  const [text, setText] = useState('')
  const [problem, setProblem] = useState<string | null>(null)
  const file = useRef<HTMLInputElement>(null)
  const finish = (found: string | null) => {
    setProblem(found)
    if (found === null) onClose()
  }
  const takeFile = async (event: ChangeEvent<HTMLInputElement>) => {
    const [chosen] = event.target.files ?? []
    if (chosen) finish(await importFile(chosen))
  }
  return (
    <Dialog
      title={labels.importing.title}
      closeLabel={labels.ui.close}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{labels.ui.cancel}</Button>
          <Button look="primary" disabled={text.trim() === ''} onClick={() => finish(importText(text))}>
            {labels.importing.take}
          </Button>
        </>
      }
    >
      <div className={styles.form}>
        <p>{labels.importing.hint}</p>
        <div>
          <Button onClick={() => file.current?.click()}>{labels.importing.file}</Button>
          <input
            ref={file}
            type="file"
            hidden
            aria-label={labels.importing.file}
            accept=".yml,.yaml,.json,application/json,text/yaml"
            onChange={(event) => void takeFile(event)}
          />
        </div>
        <Field label={labels.importing.text} problems={problem ? [problem] : []}>
          {(control) => (
            <TextArea {...control} rows={8} value={text} onChange={(event) => setText(event.target.value)} />
          )}
        </Field>
      </div>
    </Dialog>
  )
}
