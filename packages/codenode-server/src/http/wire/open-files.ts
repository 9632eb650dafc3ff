import { readFileSync } from 'node:fs'

/** Descriptors that this process may have; Node has raised that to the most it is allowed. */
export function readOpenFiles(): number {
  const [, soft = ''] = /^Max open files +(\d+|unlimited)/m.exec(readFileSync('/proc/self/limits', 'latin1')) ?? []
  return soft === 'unlimited' || soft === '' ? Number.POSITIVE_INFINITY : Number(soft)
}
