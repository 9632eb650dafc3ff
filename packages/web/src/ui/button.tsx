import type { ComponentPropsWithRef, ReactNode } from 'react'
import styles from './button.module.css'
import { cx } from './cx.ts'
import { Tooltip } from './tooltip.tsx'

type ButtonLook = 'primary' | 'plain' | 'quiet' | 'danger'

export type ButtonProps = ComponentPropsWithRef<'button'> & {
  /** Default: `plain`. */
  look?: ButtonLook | undefined
  icon?: ReactNode
}

/** A button with text. `busy` work is told by the caller's text and `aria-busy`. */
export function Button({ look = 'plain', icon, className, children, ...rest }: ButtonProps) {
  return (
    <button type="button" {...rest} className={cx(styles.button, styles[look], className)}>
      {icon}
      {children}
    </button>
  )
}

export type IconButtonProps = Omit<ButtonProps, 'aria-label' | 'children'> & {
  /** Its name, which is also its tooltip. */
  label: string
}

/** A button with an icon only: the label is its name for everyone. */
export function IconButton({ look = 'quiet', icon, label, className, ...rest }: IconButtonProps) {
  return (
    <Tooltip text={label} kind="name">
      <button
        type="button"
        {...rest}
        aria-label={label}
        className={cx(styles.button, styles.icon, styles[look], className)}
      >
        {icon}
      </button>
    </Tooltip>
  )
}
