import { create } from 'zustand'
import type { InputField } from '../form/input-fields.ts'

type Asked = { fields: readonly InputField[]; answer: (how: 'given' | 'closed') => void }

/** The inputs of the workflow that a test run of a node waits for; null: none does. */
export const useAskedInputs = create<{ asked: Asked | null }>(() => ({ asked: null }))

/** Asks for them; what is typed is kept as for a run of the workflow. */
export async function askForInputs(fields: readonly InputField[], signal: AbortSignal): Promise<'given' | 'closed'> {
  useAskedInputs.getState().asked?.answer('closed')
  return await new Promise((resolve) => {
    const asked: Asked = {
      fields,
      answer: (how) => {
        if (useAskedInputs.getState().asked === asked) useAskedInputs.setState({ asked: null })
        resolve(how)
      },
    }
    signal.addEventListener('abort', () => asked.answer('closed'))
    useAskedInputs.setState({ asked })
  })
}
