import type { OutputSpecs } from 'codenode/contract'
import type { Diagnostic } from './diagnostic.ts'
import type { Program, Returned } from './program.ts'

/** What `main` returns against the declared outputs, as far as it stands in the code: warnings, since code may know more. */
export function checkReturns({ main, mayDefineMain }: Program, outputs: OutputSpecs): Diagnostic[] {
  if (!main || mayDefineMain) return []
  const names = Object.keys(outputs)
  if (main.canEndWithoutReturn && names.length > 0) {
    return [{ ...main.name, severity: 'warning', message: 'main returns nothing.' }]
  }
  return main.returns.flatMap((returned) => checkReturned(returned, names))
}

function checkReturned({ kind, from, to, members, isComplete }: Returned, names: readonly string[]): Diagnostic[] {
  switch (kind) {
    case 'unknown':
      return []
    case 'nothing':
    case 'no-object':
      return [{ from, to, severity: 'warning', message: 'main must return an object with the outputs.' }]
    case 'object': {
      const missing = isComplete ? names.filter((name) => !members.some((member) => member.name === name)) : []
      const more = members.filter((member) => !names.includes(member.name))
      return [
        ...missing.map(
          (name): Diagnostic => ({
            from,
            to,
            severity: 'warning',
            message: `Output "${name}" is missing here.`,
          }),
        ),
        ...more.map(
          (member): Diagnostic => ({
            from: member.from,
            to: member.to,
            severity: 'warning',
            message: `"${member.name}" isn't declared as an output and will be dropped.`,
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
