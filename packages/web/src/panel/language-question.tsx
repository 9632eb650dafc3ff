import type { CodeLanguage } from 'codenode/contract'
import { labels } from '../labels/code-node.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'

type LanguageQuestionProps = {
  language: CodeLanguage
  onAnswer: (answer: 'keep' | 'replace') => void
  onClose: () => void
}

/** Nobody's code is lost by choosing another language, unless they say so. */
export function LanguageQuestion({ language, onAnswer, onClose }: LanguageQuestionProps) {
  const name = labels.code.languages[language]
  return (
    <Dialog
      title={labels.switchLanguage.title(name)}
      closeLabel={labels.panel.close}
      onClose={onClose}
      actions={
        <>
          <Button look="quiet" onClick={onClose}>
            {labels.panel.cancel}
          </Button>
          <Button onClick={() => onAnswer('replace')}>{labels.switchLanguage.replace}</Button>
          <Button look="primary" onClick={() => onAnswer('keep')}>
            {labels.switchLanguage.keep}
          </Button>
        </>
      }
    >
      <p>{labels.switchLanguage.text(name)}</p>
    </Dialog>
  )
}
