import * as z from 'zod'
import { quote } from '../contract/values.ts'
import { checkTimeZone } from '../reading/time-zone.ts'

/** What a setting can be, in codenode.yaml and as the text of a variable. */
export type Kind<Value> = {
  /** Reads the file. What is wrong is explained by zod's issues. */
  schema: z.ZodType<Value>
  /** Reads a variable. Undefined: this text is not allowed. */
  fromText: (text: string) => Value | undefined
  /** Whether a variable with this text counts as not set, as an empty one in a compose file does. */
  isUnset: (text: string) => boolean
  /** What is allowed, after "it must be". */
  allowed: string
  /** The words, where nothing else is allowed. */
  words?: readonly string[]
  /** A relative path in the file starts at the file's folder. */
  isPath?: true
  /** An address can hold a password. */
  isAddress?: true
}

const isBlank = (text: string): boolean => text.trim() === ''

export function wholeNumber(least: number, most: number): Kind<number> {
  return {
    schema: z.int().min(least).max(most),
    fromText: (text) => {
      const value = Number(text.trim())
      return /^\d{1,9}$/.test(text.trim()) && value >= least && value <= most ? value : undefined
    },
    isUnset: isBlank,
    allowed: `a whole number from ${least} to ${most}`,
  }
}

/** A number above 0; a fraction is fine. */
export function positiveNumber(most: number): Kind<number> {
  const schema = z.number().positive().max(most)
  return {
    schema,
    fromText: (text) => (/^\d{1,9}(?:\.\d{1,6})?$/.test(text.trim()) ? schema.safeParse(Number(text)).data : undefined),
    isUnset: isBlank,
    allowed: `a number above 0, at most ${most}`,
  }
}

export function yesOrNo(): Kind<boolean> {
  const words = ['true', 'false']
  return {
    schema: z.boolean(),
    fromText: (text) => (words.includes(text.trim()) ? text.trim() === 'true' : undefined),
    isUnset: isBlank,
    allowed: 'true or false',
    words,
  }
}

export function oneOf<const Word extends string>(words: readonly Word[]): Kind<Word> {
  return {
    schema: z.enum(words),
    fromText: (text) => words.find((word) => word === text.trim()),
    isUnset: isBlank,
    allowed: `one of ${words.join(', ')}`,
    words,
  }
}

/** `allowed`: what it is, such as `an address of this machine`. */
export function text(allowed: string): Kind<string> {
  return { schema: z.string().min(1), fromText: (text) => text.trim(), isUnset: isBlank, allowed }
}

/** A folder or a program. Its name may begin or end with a space. */
export function path(allowed: string): Kind<string> {
  return {
    schema: z.string().min(1),
    fromText: (text) => text,
    isUnset: (text) => text === '',
    allowed,
    isPath: true,
  }
}

export function webAddress(example: string): Kind<string> {
  const isOne = (text: string) => /^https?:$/.test(URL.parse(text)?.protocol ?? '')
  const kind = checkedText(`an address such as ${example}`, (text) => (isOne(text) ? text : undefined))
  return { ...kind, isAddress: true }
}

export function timeZone(): Kind<string> {
  return checkedText('the name of a time zone such as Asia/Shanghai, Europe/Berlin or UTC', (text) => {
    const { timeZone, issue } = checkTimeZone('', text)
    return issue ? undefined : timeZone
  })
}

/** A list of texts; in a variable they stand with commas between them. `item`: what one of them is. */
export function list(allowed: string, item: z.ZodType<string> = z.string().min(1)): Kind<readonly string[]> {
  return {
    schema: z.array(item),
    fromText: splitList,
    isUnset: (text) => splitList(text).length === 0,
    allowed,
  }
}

function splitList(text: string): string[] {
  return text
    .split(',')
    .map((value) => value.trim())
    .filter(Boolean)
}

/** `read` gives the text as it is used; undefined where it is not allowed. */
function checkedText(allowed: string, read: (text: string) => string | undefined): Kind<string> {
  const schema = z.string().transform((text, context) => {
    const value = read(text)
    if (value === undefined) context.addIssue({ code: 'custom', message: `is ${quote(text)}; it must be ${allowed}.` })
    return value ?? z.NEVER
  })
  return { schema, fromText: (text) => read(text.trim()), isUnset: isBlank, allowed }
}

/** `polars==1.2`, `polars[all]>=1,<2`: a name and versions, never an option, a path or an address. */
export const pythonRequirement = z
  .string()
  .regex(
    /^[A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?(?:\[[\w., -]+\])? *(?:[=<>!~]=?=? *[\w.*+!-]+(?: *, *[=<>!~]=?=? *[\w.*+!-]+)*)?$/,
    'must be a name and a version such as polars==1.2.0.',
  )

/** `left-pad@1`, `@scope/name@^2.1`. */
export const javascriptRequirement = z
  .string()
  .regex(
    /^(?:@[a-z0-9~][\w.~-]*\/)?[a-z0-9~][\w.~-]*(?:@[\w.^~<>=|* -]+)?$/,
    'must be a name and a version such as left-pad@1.3.0.',
  )
