import { Check, Copy } from 'lucide-react'
import { useEffect, useState } from 'react'
import { IconButton } from './button.tsx'

const shownForMs = 1500

/** Puts a text on the clipboard; the text is made only when it is wanted. */
export function CopyButton({ label, copiedLabel, text }: { label: string; copiedLabel: string; text: () => string }) {
  const [isCopied, setCopied] = useState(false)
  useEffect(() => {
    if (!isCopied) return
    const timer = setTimeout(() => setCopied(false), shownForMs)
    return () => clearTimeout(timer)
  }, [isCopied])
  const copy = (): void => {
    // Without the right to the clipboard the button stays as it is; the text can still be selected.
    navigator.clipboard.writeText(text()).then(
      () => setCopied(true),
      () => setCopied(false),
    )
  }
  return <IconButton label={isCopied ? copiedLabel : label} icon={isCopied ? <Check /> : <Copy />} onClick={copy} />
}
