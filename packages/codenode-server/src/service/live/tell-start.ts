import type { Sandbox } from 'codenode/internal/contract/program'

/** A sandbox that tells when a program begins. */
export function tellStart(sandbox: Sandbox, onStart: () => void): Sandbox {
  return {
    get isolation() {
      return sandbox.isolation
    },
    run: (program, options) => sandbox.run(program, { ...options, onStart }),
    close: () => sandbox.close(),
  }
}
