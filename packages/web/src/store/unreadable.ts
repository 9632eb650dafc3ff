import { readText, removeText, writeText } from '../browser/storage.ts'
import { useKeeping } from './keeping.ts'

const key = 'codenode.editor.unreadable'

/** Puts a kept text that cannot be read where nothing writes over it, and offers it. */
export function setUnreadableAside(text: string): void {
  writeText('local', key, text)
  useKeeping.setState({ unreadable: text })
}

/** Offers what was put aside before. */
export function offerUnreadable(): void {
  useKeeping.setState({ unreadable: readText('local', key) })
}

export function forgetUnreadable(): void {
  removeText('local', key)
  useKeeping.setState({ unreadable: null })
}
