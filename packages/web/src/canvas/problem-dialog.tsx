import { findNode } from '../graph/access.ts'
import { replaceWithCode } from '../graph/replace-node.ts'
import { labels } from '../labels/editor.ts'
import { edit, openPanel, select, useEditor } from '../store/editor-store.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import styles from './canvas.module.css'
import { isUnsupported, sayIssue, sayProblem } from './say-problem.ts'

/** Everything that keeps the workflow from running, and the way to it. */
export function ProblemDialog({ onClose }: { onClose: () => void }) {
  const problems = useEditor((state) => state.problems)
  const document = useEditor((state) => state.history.present)
  const count = [...problems.values()].reduce((sum, { length }) => sum + length, 0)
  const goTo = (id: string) => {
    onClose()
    select([id])
    openPanel(id, 'panel')
  }
  return (
    <Dialog title={labels.problemList.title(count)} closeLabel={labels.ui.close} onClose={onClose}>
      <ul className={styles.problemList}>
        {[...problems].map(([id, list]) => {
          const node = findNode(document, id)
          return (
            <li key={id}>
              {node ? (
                <button type="button" onClick={() => goTo(id)}>
                  {node.data.title || node.data.type}
                </button>
              ) : (
                <strong>{labels.problemList.whole}</strong>
              )}
              {list.map((problem) => (
                <p key={`${problem.path} ${problem.message}`}>
                  {node ? sayProblem(node, problem) : sayIssue(document, problem)}
                </p>
              ))}
              {node && isUnsupported(node) && (
                <Button
                  aria-label={labels.unsupported.replaceOf(node.data.title || node.data.type)}
                  onClick={() => edit((it) => replaceWithCode(it, id))}
                >
                  {labels.unsupported.replace}
                </Button>
              )}
            </li>
          )
        })}
      </ul>
    </Dialog>
  )
}
