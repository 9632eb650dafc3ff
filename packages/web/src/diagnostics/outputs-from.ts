import { isObject, type Language, type OutputSpecs } from 'codenode/contract'

/** The outputs that the code's returns show, with guessed types; null when they do not show any. */
export function outputsFromCode(_code: string, _language: Language): OutputSpecs | null {
  return null
}

/** The outputs that a result shows, with the members of its objects. */
export function outputsFromResult(value: unknown): OutputSpecs {
  return isObject(value) ? {} : {}
}
