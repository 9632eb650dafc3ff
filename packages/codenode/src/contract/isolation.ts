/** What a sandbox can enforce, the strongest first. Every list of the levels is this one. */
export const isolationLevels = ['namespaces+landlock+seccomp', 'landlock+seccomp'] as const

export type IsolationLevel = (typeof isolationLevels)[number]

/** What is asked for unless the operator names another level. */
export const defaultIsolation: IsolationLevel = isolationLevels[0]

/** Whether runs have namespaces of their own. Throws for what is no level, so that a mistake never counts as the weaker one. */
export function hasNamespaces(level: IsolationLevel): boolean {
  switch (level) {
    case 'namespaces+landlock+seccomp':
      return true
    case 'landlock+seccomp':
      return false
    default:
      throw new TypeError(`${String(level satisfies never)} is not an isolation level.`)
  }
}
