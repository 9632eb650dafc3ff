import { type FormEvent, useState } from 'react'
import { labels } from '../labels/editor.ts'
import { setApiKey, useApiKey } from '../service/api-key.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Field, TextInput } from '../ui/field.tsx'
import styles from './shell.module.css'

/** Asks for a key when the service wants one. */
export function KeyGate() {
  const asks = useApiKey((state) => state.asks)
  const [typed, setTyped] = useState('')
  if (asks === 'no') return null
  const take = (event: FormEvent) => {
    event.preventDefault()
    if (typed.trim() === '') return
    setApiKey(typed.trim())
    setTyped('')
  }
  return (
    <Dialog
      title={labels.key.title}
      closeLabel={labels.ui.close}
      onClose={() => useApiKey.setState({ asks: 'no' })}
      actions={
        <Button look="primary" type="submit" form="key-form">
          {labels.key.use}
        </Button>
      }
    >
      <form id="key-form" className={styles.keyForm} onSubmit={take}>
        <Field
          label={labels.key.field}
          hint={labels.key.hint}
          problems={asks === 'for-another' ? [labels.key.wrong] : []}
        >
          {(control) => (
            <TextInput {...control} type="password" value={typed} onChange={(event) => setTyped(event.target.value)} />
          )}
        </Field>
      </form>
    </Dialog>
  )
}
