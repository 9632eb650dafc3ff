import type { CodeLanguage } from 'codenode/contract'
import { AlignLeft, Maximize2, Minimize2, Search, WandSparkles } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { syncSignature } from '../diagnostics/sync-signature.ts'
import type { NamedInput } from '../graph/stubs.ts'
import { labels } from '../labels/code-node.ts'
import { IconButton } from '../ui/button.tsx'
import { CopyButton } from '../ui/copy-button.tsx'
import { VisuallyHidden } from '../ui/field.tsx'
import styles from './code-editor.module.css'
import type { FormattedCode } from './format/use-format.ts'

type EditorToolbarProps = {
  lead: ReactNode
  code: string
  language: CodeLanguage
  inputs: readonly NamedInput[]
  isFull: boolean
  onChange: (code: string) => void
  onFormat: () => void
  /** What became of the last formatting; null once the code is another. */
  formatted: FormattedCode | null
  isFormatting: boolean
  onFind: () => void
  onToggleFull: () => void
}

/** What can be done to the code as a whole. What was done is told to those who do not see it. */
export function EditorToolbar(props: EditorToolbarProps) {
  const { lead, code, language, inputs, isFull, onChange, onFind, onToggleFull } = props
  const { onFormat, formatted, isFormatting } = props
  const [said, setSaid] = useState('')
  const sync = (): void => {
    const next = syncSignature(code, language, inputs)
    if (next !== code) onChange(next)
    setSaid(next === code ? labels.code.signatureKept : labels.code.signatureSynced)
  }
  const format = (): void => {
    setSaid('')
    onFormat()
  }
  const told = isFormatting ? labels.code.formatting : formatted ? describeFormatted(formatted) : ''
  const isShown = formatted?.name === 'refused' || formatted?.name === 'tidied'
  return (
    <div className={styles.toolbar}>
      {lead}
      <fieldset aria-label={labels.code.toolbar} className={styles.actions}>
        <IconButton label={labels.code.syncSignature} icon={<WandSparkles />} onClick={sync} />
        <IconButton label={labels.code.format} icon={<AlignLeft />} onClick={format} />
        <IconButton label={labels.code.find} icon={<Search />} onClick={onFind} />
        <CopyButton label={labels.code.copy} copiedLabel={labels.code.copied} text={() => code} />
        <IconButton
          label={isFull ? labels.code.leaveFullScreen : labels.code.fullScreen}
          icon={isFull ? <Minimize2 /> : <Maximize2 />}
          onClick={onToggleFull}
        />
      </fieldset>
      {isShown && <p className={styles.note}>{told}</p>}
      <VisuallyHidden>
        <span role="status">{said || told}</span>
      </VisuallyHidden>
    </div>
  )
}

function describeFormatted(formatted: FormattedCode): string {
  return formatted.name === 'refused'
    ? labels.code.formatRefused(formatted.line, formatted.reason)
    : labels.code.formatEnds[formatted.name]
}
