import { Keyboard } from 'lucide-react'
import { useEffect, useState } from 'react'
import { labels } from '../labels/editor.ts'
import { IconButton } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { isField } from '../ui/is-field.ts'
import styles from './shell.module.css'

/** Opens the list of keys; `?` does the same wherever nothing is typed. */
export function KeysButton() {
  const [isOpen, setOpen] = useState(false)
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.key !== '?' || event.defaultPrevented || isField(event.target)) return
      if (document.querySelector('dialog[open]')) return
      event.preventDefault()
      setOpen(true)
    }
    document.addEventListener('keydown', onKeyDown)
    return () => document.removeEventListener('keydown', onKeyDown)
  }, [])
  return (
    <>
      <IconButton label={labels.keys.open} icon={<Keyboard />} onClick={() => setOpen(true)} />
      {isOpen && (
        <Dialog title={labels.keys.title} closeLabel={labels.ui.close} onClose={() => setOpen(false)}>
          {labels.keys.groups.map(({ name, keys }) => (
            <section key={name} aria-label={name} className={styles.keys}>
              <h3>{name}</h3>
              <dl>
                {keys.map(([combination, what]) => (
                  <div key={combination}>
                    <dt>
                      <kbd>{isApple ? combination.replaceAll('Ctrl', '⌘') : combination}</kbd>
                    </dt>
                    <dd>{what}</dd>
                  </div>
                ))}
              </dl>
            </section>
          ))}
        </Dialog>
      )}
    </>
  )
}

const isApple = /Mac|iPhone|iPad/.test(navigator.platform)
