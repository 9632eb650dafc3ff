/** One step into a value: a member's name or an element's index. */
export type PathStep = string | number

/**
 * A path as users read it: `outputs.rows[3].price`, `outputs["odd key"]`.
 * With an empty root the first name stands alone: `variables[2].variable`.
 */
export function formatPath(root: string, steps: readonly PathStep[]): string {
  let path = root
  for (const step of steps) {
    if (typeof step === 'number') path += `[${step}]`
    else if (!/^[A-Za-z_$][\w$]*$/.test(step)) path += `[${JSON.stringify(cut(step))}]`
    else path += path === '' ? step : `.${step}`
  }
  return path
}

/** A key can be as long as a whole result; a path is for reading. */
function cut(key: string): string {
  return key.length <= 100 ? key : `${key.slice(0, 100)}…`
}
