import { labels } from '../labels/editor.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { exportWith } from './import-workflow.ts'
import { useExport } from './use-export.ts'

/** Asks whether a file that leaves the editor has the values of secrets. */
export function ExportDialog() {
  const isAsked = useExport((state) => state.isAsked)
  if (!isAsked) return null
  const close = () => useExport.setState({ isAsked: false })
  const write = (what: 'secrets' | 'no secrets') => () => {
    exportWith(what)
    close()
  }
  return (
    <Dialog
      title={labels.exporting.title}
      closeLabel={labels.ui.close}
      onClose={close}
      actions={
        <>
          <Button onClick={write('secrets')}>{labels.exporting.withSecrets}</Button>
          <Button look="primary" onClick={write('no secrets')}>
            {labels.exporting.withoutSecrets}
          </Button>
        </>
      }
    >
      <p>{labels.exporting.hint}</p>
    </Dialog>
  )
}
