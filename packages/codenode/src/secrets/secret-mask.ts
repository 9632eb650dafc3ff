import type { ExecutionFailure } from '../contract/program.ts'
import type { RecordError, Warning } from '../contract/record.ts'
import { Matcher, type Span } from './matcher.ts'
import { secretTexts } from './secret-texts.ts'
import { writtenForms } from './written-forms.ts'

/** What stands in the place of a secret. */
export const maskText = '••••'

/** A shorter secret is hidden where a value is nothing else: parts of words would be hidden everywhere. */
const minInside = 4

/**
 * Hides the secrets of one run in what is told and kept of it: in texts wherever they stand, in keys, and numbers that
 * are secrets. What holds none is given back as it is, not copied.
 */
export class SecretMask {
  readonly matcher: Matcher
  readonly #whole: ReadonlySet<string>
  readonly #long: ReadonlySet<string>

  private constructor(texts: readonly string[]) {
    this.#whole = new Set(texts)
    this.#long = new Set(texts.filter((text) => text.length >= minInside))
    this.matcher = new Matcher([...this.#long].flatMap(writtenForms))
  }

  /** Null where there is nothing to hide. */
  static of(secrets: Iterable<unknown>): SecretMask | null {
    const texts = [...secrets].flatMap(secretTexts)
    return texts.length === 0 ? null : new SecretMask(texts)
  }

  text(text: string): string {
    return this.#hideText(text, this.#whole)
  }

  /** Everything that JSON can hold. */
  value<Value>(value: Value): Value {
    // What is masked keeps its shape, but for secret numbers, which records may show as text.
    return this.#hide(value, this.#whole) as Value
  }

  /** The outputs of a node. Names that it declares stay: they are settings, which a secret that is spelt like one does not give away. */
  outputs<Values extends Record<string, unknown>>(outputs: Values, declared: object): Values {
    // As `value`.
    return this.#hideMembers(outputs, this.#whole, (name) => Object.hasOwn(declared, name)) as Values
  }

  /** As `value`, but for short secrets: settings are full of short words and numbers, which would be hidden with them. */
  document(document: unknown): unknown {
    return this.#hide(document, this.#long)
  }

  failure(failure: ExecutionFailure): ExecutionFailure {
    return { ...this.value(failure), code: failure.code }
  }

  error(error: RecordError): RecordError {
    const { code, type, blame } = error
    return { ...this.value(error), code, type, blame }
  }

  warning(warning: Warning): Warning {
    return { ...this.value(warning), code: warning.code }
  }

  #hideText(text: string, whole: ReadonlySet<string>): string {
    if (whole.has(text)) return maskText
    const spans: Span[] = []
    this.matcher.scan(text, spans)
    return spans.length === 0 ? text : hideSpans(text, spans)
  }

  #hide(value: unknown, whole: ReadonlySet<string>): unknown {
    if (typeof value === 'string') return this.#hideText(value, whole)
    if (typeof value === 'number' || typeof value === 'bigint') return whole.has(String(value)) ? maskText : value
    if (typeof value !== 'object' || value === null) return value
    if (Array.isArray(value)) return this.#hideItems(value, whole)
    // Not null and no list.
    return this.#hideMembers(value as Record<string, unknown>, whole)
  }

  #hideItems(items: readonly unknown[], whole: ReadonlySet<string>): readonly unknown[] {
    const hidden = items.map((item) => this.#hide(item, whole))
    return hidden.some((item, index) => item !== items[index]) ? hidden : items
  }

  /** `isKept`: the keys that stay as they are. Default: none. */
  #hideMembers(
    members: Record<string, unknown>,
    whole: ReadonlySet<string>,
    isKept: (key: string) => boolean = () => false,
  ): Record<string, unknown> {
    const entries = Object.entries(members)
    const hidden = entries.map(
      ([key, member]) => [isKept(key) ? key : this.#hideText(key, whole), this.#hide(member, whole)] as const,
    )
    const isSame = hidden.every(([key, member], index) => key === entries[index]?.[0] && member === entries[index][1])
    return isSame ? members : Object.fromEntries(hidden)
  }
}

function hideSpans(text: string, spans: readonly Span[]): string {
  const parts: string[] = []
  let done = 0
  for (const { start, end } of spans) {
    parts.push(text.slice(done, start), maskText)
    done = end
  }
  parts.push(text.slice(done))
  return parts.join('')
}
