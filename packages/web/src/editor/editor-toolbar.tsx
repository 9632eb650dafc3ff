import type { Language } from 'codenode/contract'
import { AlignLeft, Maximize2, Minimize2, Search, WandSparkles } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { syncSignature } from '../diagnostics/sync-signature.ts'
import type { NamedInput } from '../form/stubs.ts'
import { labels } from '../panel/labels.ts'
import { IconButton } from '../ui/button.tsx'
import { CopyButton } from '../ui/copy-button.tsx'
import { Heard } from '../ui/field.tsx'
import styles from './code-editor.module.css'
import { languageSupport } from './language.ts'
import { tidyIndentation } from './tidy-indentation.ts'

type EditorToolbarProps = {
  lead: ReactNode
  code: string
  language: Language
  inputs: readonly NamedInput[]
  isFull: boolean
  onChange: (code: string) => void
  onFind: () => void
  onToggleFull: () => void
}

/** What can be done to the code as a whole. What was done is told to those who do not see it. */
export function EditorToolbar(props: EditorToolbarProps) {
  const { lead, code, language, inputs, isFull, onChange, onFind, onToggleFull } = props
  const [said, setSaid] = useState('')
  const change = (next: string, changed: string, kept: string): void => {
    if (next !== code) onChange(next)
    setSaid(next === code ? kept : changed)
  }
  const sync = (): void =>
    change(syncSignature(code, language, inputs), labels.code.signatureSynced, labels.code.signatureKept)
  const tidy = (): void => {
    const kind = language === 'python3' ? 'python' : 'script'
    change(tidyIndentation(code, languageSupport[language], kind), labels.code.formatted, labels.code.formatKept)
  }
  return (
    <div className={styles.toolbar}>
      {lead}
      <fieldset aria-label={labels.code.toolbar} className={styles.actions}>
        <IconButton label={labels.code.syncSignature} icon={<WandSparkles />} onClick={sync} />
        <IconButton label={labels.code.format} icon={<AlignLeft />} onClick={tidy} />
        <IconButton label={labels.code.find} icon={<Search />} onClick={onFind} />
        <CopyButton label={labels.code.copy} copiedLabel={labels.code.copied} text={() => code} />
        <IconButton
          label={isFull ? labels.code.leaveFullScreen : labels.code.fullScreen}
          icon={isFull ? <Minimize2 /> : <Maximize2 />}
          onClick={onToggleFull}
        />
      </fieldset>
      <Heard>
        <span role="status">{said}</span>
      </Heard>
    </div>
  )
}
