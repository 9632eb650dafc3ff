import { create } from 'zustand'
import { nodesOf } from '../graph/access.ts'
import { replaceWithCode } from '../graph/replace-node.ts'
import { labels } from '../labels/editor.ts'
import { edit, useEditor } from '../store/editor-store.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import styles from './canvas.module.css'
import { removeNodes } from './node-actions.ts'
import { isUnsupported } from './say-problem.ts'
import { TypeIcon } from './type-icon.tsx'

/** Asked for by what puts a workflow in; shown only where something in it cannot run. */
export const useUnsupported = create<{ isAsked: boolean }>(() => ({ isAsked: false }))

/** What of an import cannot run here, and what to do about it. */
export function UnsupportedDialog() {
  const isAsked = useUnsupported((state) => state.isAsked)
  const document = useEditor((state) => state.history.present)
  const nodes = nodesOf(document).filter(({ type, data }) => type !== 'custom-note' && data.type !== 'iteration-start')
  const left = nodes.filter(isUnsupported)
  if (!isAsked || left.length === 0) return null
  const close = () => useUnsupported.setState({ isAsked: false })
  return (
    <Dialog
      title={labels.unsupported.title(left.length, nodes.length)}
      closeLabel={labels.ui.close}
      onClose={close}
      actions={<Button onClick={close}>{labels.unsupported.later}</Button>}
    >
      <p>{labels.unsupported.hint}</p>
      <ul className={styles.unsupported}>
        {left.map(({ id, data }) => {
          const title = data.title || data.type
          return (
            <li key={id}>
              <TypeIcon type={data.type} />
              <span>
                <strong>{title}</strong> <span>{data.type}</span>
              </span>
              <Button
                aria-label={labels.unsupported.replaceOf(title)}
                onClick={() => edit((it) => replaceWithCode(it, id))}
              >
                {labels.unsupported.replace}
              </Button>
              <Button look="quiet" aria-label={labels.unsupported.removeOf(title)} onClick={() => removeNodes([id])}>
                {labels.panel.remove}
              </Button>
            </li>
          )
        })}
      </ul>
    </Dialog>
  )
}
