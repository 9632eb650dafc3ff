import { type ClipboardEvent, useRef } from 'react'
import type { InputField } from '../form/input-fields.ts'
import { labels } from '../labels/editor.ts'
import { Button } from '../ui/button.tsx'
import { Field, TextArea, TextInput } from '../ui/field.tsx'
import { Select } from '../ui/select.tsx'
import { Switch } from '../ui/switch.tsx'

type RunFieldProps = {
  field: InputField
  text: string
  problem: string | undefined
  onChange: (text: string) => void
}

/** One input of a run, by its type. */
export function RunField({ field, text, problem, onChange }: RunFieldProps) {
  const { editor, isRequired, options } = field
  if (editor === 'switch') {
    return <Switch label={field.label} isOn={text === 'true'} onChange={(isOn) => onChange(String(isOn))} />
  }
  const label = isRequired ? field.label : `${field.label} (${labels.runForm.optional})`
  const isLong = editor === 'text' && (field.maxLength === null || field.maxLength > 256)
  return (
    <Field label={label} problems={problem ? [problem] : []} hint={editor === 'json' ? labels.runForm.json : undefined}>
      {(control) => {
        if (editor === 'choice') {
          const choices = ['', ...options].map((value) => ({ value, label: value || labels.runForm.choose }))
          return <Select {...control} options={choices} value={text} onChange={onChange} />
        }
        if (editor === 'json' || isLong) {
          return (
            <>
              <TextArea
                {...control}
                rows={isLong ? 4 : 3}
                value={text}
                onChange={(event) => onChange(event.target.value)}
                onPaste={(event) => takeLongPaste(event, onChange)}
              />
              <FileText onText={onChange} name={field.label} />
            </>
          )
        }
        return (
          <TextInput
            {...control}
            inputMode={editor === 'number' ? 'decimal' : undefined}
            value={text}
            onChange={(event) => onChange(event.target.value)}
          />
        )
      }}
    </Field>
  )
}

/** Browsers need seconds to type a long text into a field line by line; as its value it is there at once. */
function takeLongPaste(event: ClipboardEvent<HTMLTextAreaElement>, onChange: (text: string) => void): void {
  const text = event.clipboardData.getData('text/plain')
  if (text.length < 5000) return
  event.preventDefault()
  const { value, selectionStart, selectionEnd } = event.currentTarget
  onChange(value.slice(0, selectionStart) + text + value.slice(selectionEnd))
}

/** Long texts, such as tables, are files most often. */
function FileText({ onText, name }: { onText: (text: string) => void; name: string }) {
  const file = useRef<HTMLInputElement>(null)
  return (
    <div>
      <Button look="quiet" onClick={() => file.current?.click()}>
        {labels.runForm.fromFile}
      </Button>
      <input
        ref={file}
        type="file"
        hidden
        aria-label={`${labels.runForm.fromFile}: ${name}`}
        onChange={(event) => {
          const [chosen] = event.target.files ?? []
          if (chosen) void chosen.text().then(onText)
        }}
      />
    </div>
  )
}
