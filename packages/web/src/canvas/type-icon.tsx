import { toNodeType } from 'codenode/contract'
import { Braces, CircleHelp, CirclePlay, Code, FileText, Flag, Merge, MessageSquare, Repeat, Split } from 'lucide-react'
import styles from './node-card.module.css'

const icons = {
  start: CirclePlay,
  code: Code,
  'template-transform': FileText,
  'if-else': Split,
  'variable-aggregator': Merge,
  iteration: Repeat,
  'iteration-start': CirclePlay,
  end: Flag,
  answer: MessageSquare,
}

export function TypeIcon({ type }: { type: string }) {
  const known = toNodeType(type)
  const Icon = known ? icons[known] : type === '' ? CircleHelp : Braces
  return (
    <span className={styles.icon} data-type={known ?? 'other'}>
      <Icon aria-hidden />
    </span>
  )
}
