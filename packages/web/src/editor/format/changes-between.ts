import type { TextChange } from '../../diagnostics/diagnostic.ts'

/** How far, in characters, the texts are searched for a place where they go on alike. */
const farthest = 60
/** So many characters, blanks aside, make two places alike. */
const alike = 4

/**
 * The changes that make `after` of `before`, where the two differ in blanks and punctuation as formatting leaves them. What
 * stays is not touched, so that a cursor and marks keep their places.
 */
export function changesBetween(before: string, after: string): TextChange[] {
  const changes: TextChange[] = []
  let [a, b] = [0, 0]
  while (a < before.length || b < after.length) {
    if (before[a] === after[b]) {
      a++
      b++
      continue
    }
    const [nextA, nextB] = findMeeting(before, a, after, b)
    changes.push({ from: a, to: nextA, insert: after.slice(b, nextB) })
    ;[a, b] = [nextA, nextB]
  }
  return changes
}

/** The nearest places from which the texts are alike; their ends where there are none. */
function findMeeting(before: string, a: number, after: string, b: number): [number, number] {
  const [blankA, blankB] = [skipBlank(before, a), skipBlank(after, b)]
  if (isAlike(before, blankA, after, blankB)) return [blankA, blankB]
  for (let sum = 1; sum <= farthest; sum++) {
    for (let step = 0; step <= sum; step++) {
      if (isAlike(before, a + step, after, b + sum - step)) return [a + step, b + sum - step]
    }
  }
  return [before.length, after.length]
}

function isAlike(before: string, a: number, after: string, b: number): boolean {
  if (a >= before.length || b >= after.length) return a === before.length && b === after.length
  // A blank is like any other; it does not say where the texts meet.
  if (before[a] !== after[b] || isBlank(before[a])) return false
  for (let count = 0; count < alike; count++) {
    if (a >= before.length) return true
    if (!isSame(before[a], after[b])) return false
    a = skipBlank(before, a + 1)
    b = skipBlank(after, b + 1)
  }
  return true
}

/** Formatting replaces quotes by others. */
function isSame(one: string | undefined, other: string | undefined): boolean {
  return one === other || (isQuote(one) && isQuote(other))
}

function isQuote(char: string | undefined): boolean {
  return char === '"' || char === "'"
}

function skipBlank(text: string, at: number): number {
  while (isBlank(text[at])) at++
  return at
}

function isBlank(char: string | undefined): boolean {
  return char === ' ' || char === '\n' || char === '\t'
}
