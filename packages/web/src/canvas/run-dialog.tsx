import { type FormEvent, useState } from 'react'
import { type InputField, readInputs } from '../form/input-fields.ts'
import { labels } from '../labels/editor.ts'
import { useAskedInputs } from '../store/asked-inputs.ts'
import { useEditor } from '../store/editor-store.ts'
import { startRun } from '../store/run-control.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import styles from './canvas.module.css'
import { RunField } from './run-field.tsx'

type RunDialogProps = { fields: readonly InputField[]; onClose: () => void }

/** Asks for the inputs of a run of the workflow, and starts it. */
export function RunDialog({ fields, onClose }: RunDialogProps) {
  return (
    <InputsDialog
      fields={fields}
      onClose={onClose}
      onRead={(inputs) => {
        onClose()
        void startRun(inputs)
      }}
    />
  )
}

/** Asks for what a test run of a node lacks: the inputs of the workflow. Closed without them, there is no run. */
export function AskedInputsDialog() {
  const asked = useAskedInputs((state) => state.asked)
  if (!asked) return null
  const { fields, answer } = asked
  return (
    <InputsDialog
      fields={fields}
      hint={labels.runForm.before}
      onClose={() => answer('closed')}
      onRead={() => answer('given')}
    />
  )
}

type InputsDialogProps = {
  fields: readonly InputField[]
  hint?: string
  onClose: () => void
  onRead: (inputs: Readonly<Record<string, unknown>>) => void
}

/** What was given last time stands there already. */
function InputsDialog({ fields, hint, onClose, onRead }: InputsDialogProps) {
  const texts = useEditor((state) => state.inputs)
  const [problems, setProblems] = useState<Readonly<Record<string, string>>>({})
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const read = readInputs(fields, texts)
    setProblems(read.problems)
    if (Object.keys(read.problems).length === 0) onRead(read.inputs)
  }
  return (
    <Dialog
      title={labels.runForm.title}
      closeLabel={labels.ui.close}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{labels.ui.cancel}</Button>
          <Button look="primary" type="submit" form="run-form">
            {labels.runForm.run}
          </Button>
        </>
      }
    >
      {hint && <p>{hint}</p>}
      <form id="run-form" className={styles.form} onSubmit={submit}>
        {fields.map((field) => (
          <RunField
            key={field.name}
            field={field}
            text={texts[field.name] ?? field.text}
            problem={problems[field.name]}
            onChange={(text) => useEditor.setState(({ inputs }) => ({ inputs: { ...inputs, [field.name]: text } }))}
          />
        ))}
      </form>
    </Dialog>
  )
}
