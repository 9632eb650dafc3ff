import { checkName } from 'codenode/contract'

/** What is wrong with a name among others, with the API's text; null when nothing is. */
export function nameProblem(name: string, others: readonly string[] = []): string | null {
  const [issue] = checkName('', name)
  return issue ? issue.message : takenProblem(name, others)
}

/** What is wrong with a name for which any text will do that no other has, with the API's text; null when nothing is. */
export function takenProblem(name: string, others: readonly string[]): string | null {
  if (name === '') return 'is empty.'
  return others.includes(name) ? `is ${JSON.stringify(name)} again; names must be unique.` : null
}

/** A name as it is typed: spaces become underscores, as in Dify. */
export function typedName(text: string): string {
  return text.replaceAll(/\s/g, '_')
}

/** The name, or the first with a number behind it that is free. */
export function uniqueName(wanted: string, others: readonly string[]): string {
  if (!others.includes(wanted)) return wanted
  let number = 2
  while (others.includes(`${wanted}_${number}`)) number++
  return `${wanted}_${number}`
}
