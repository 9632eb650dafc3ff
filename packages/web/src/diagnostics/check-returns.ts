import type { OutputSpecs } from 'codenode/contract'
import { labels } from '../labels/code-node.ts'
import type { Diagnostic } from './diagnostic.ts'
import type { Program, Returned } from './program.ts'

/** What `main` returns against the declared outputs, as far as it stands in the code: warnings, since code may know more. */
export function checkReturns({ main, mayDefineMain }: Program, outputs: OutputSpecs): Diagnostic[] {
  if (!main || mayDefineMain) return []
  const names = Object.keys(outputs)
  if (main.canEndWithoutReturn && names.length > 0) {
    return [{ ...main.name, severity: 'warning', message: labels.checks.returnsNothing }]
  }
  return main.returns.flatMap((returned) => checkReturned(returned, names))
}

function checkReturned({ kind, from, to, members, isComplete }: Returned, names: readonly string[]): Diagnostic[] {
  switch (kind) {
    case 'unknown':
      return []
    case 'nothing':
    case 'no-object':
      return [{ from, to, severity: 'warning', message: labels.checks.returnsNoObject }]
    case 'object': {
      const missing = isComplete ? names.filter((name) => !members.some((member) => member.name === name)) : []
      const more = members.filter((member) => !names.includes(member.name))
      return [
        ...missing.map(
          (name): Diagnostic => ({
            from,
            to,
            severity: 'warning',
            message: labels.checks.outputMissing(name),
          }),
        ),
        ...more.map(
          (member): Diagnostic => ({
            from: member.from,
            to: member.to,
            severity: 'warning',
            message: labels.checks.outputNotDeclared(member.name),
            quickFix: {
              kind: 'add-output',
              name: member.name,
              spec: { type: member.type ?? 'string', children: null },
            },
          }),
        ),
      ]
    }
  }
}
