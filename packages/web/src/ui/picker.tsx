import { ChevronDown } from 'lucide-react'
import { type ReactNode, useId, useRef, useState } from 'react'
import { flushSync } from 'react-dom'
import { cx } from './cx.ts'
import type { ControlProps } from './field.tsx'
import type { PickerOption } from './find-options.ts'
import styles from './picker.module.css'
import { PickerList } from './picker-list.tsx'
import { placeNear } from './place-near.ts'

type PickerProps = {
  options: readonly PickerOption[]
  /** The id of the option that is chosen. */
  selected: string | null
  onPick: (id: string) => void
  /** Told when the list closes, also where nothing was picked. */
  onClose?: (() => void) | undefined
  /** What stands on the button. */
  children: ReactNode
  searchLabel: string
  /** Shown where no option fits what is searched, or there is none. */
  emptyText: string
  control?: ControlProps | undefined
  label?: string | undefined
  className?: string | undefined
}

/** A button that opens a list which can be searched. */
export function Picker(props: PickerProps) {
  const { options, selected, onPick, onClose, children, searchLabel, emptyText, control, label, className } = props
  const popoverId = useId()
  const button = useRef<HTMLButtonElement>(null)
  const popover = useRef<HTMLDivElement>(null)
  const [isOpen, setOpen] = useState(false)

  const place = () => {
    if (!button.current || !popover.current) return
    popover.current.style.minWidth = `${button.current.offsetWidth}px`
    placeNear(button.current, popover.current, 'start')
  }

  const close = () => {
    popover.current?.hidePopover()
    button.current?.focus()
  }
  return (
    <>
      <button
        ref={button}
        type="button"
        {...control}
        popoverTarget={popoverId}
        aria-haspopup="listbox"
        aria-expanded={isOpen}
        aria-label={label}
        className={cx(styles.button, className)}
      >
        <span className={styles.value}>{children}</span>
        <ChevronDown aria-hidden />
      </button>
      <div
        ref={popover}
        id={popoverId}
        popover="auto"
        className={styles.popover}
        // The list is there before it is shown, so that its search field has the focus at once and no key is lost.
        onBeforeToggle={(event) => flushSync(() => setOpen(event.newState === 'open'))}
        onToggle={(event) => (event.newState === 'open' ? place() : onClose?.())}
      >
        {isOpen && (
          <PickerList
            options={options}
            selected={selected}
            searchLabel={searchLabel}
            emptyText={emptyText}
            onPick={(id) => {
              close()
              onPick(id)
            }}
          />
        )}
      </div>
    </>
  )
}
