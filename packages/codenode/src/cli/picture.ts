import { isObject } from '../contract/values.ts'
import { copyExact } from '../json/exact-numbers.ts'

/** Deeper, nobody looks. */
const mostLevels = 10

/** The value with pictures told by kind and size in place of their data. */
export function tellPictures(value: unknown, level = 0): unknown {
  if (typeof value === 'string') {
    const picture = describePicture(value)
    return picture === undefined ? value : `[${picture}]`
  }
  if (level === mostLevels) return value
  if (Array.isArray(value)) {
    return copyExact(
      value,
      value.map((it) => tellPictures(it, level + 1)),
    )
  }
  if (!isObject(value) || Object.getPrototypeOf(value) !== Object.prototype) return value
  const told = Object.fromEntries(Object.entries(value).map(([key, it]) => [key, tellPictures(it, level + 1)]))
  return copyExact(value, told)
}

/** What a data URL of a picture holds. */
const pattern = /^data:image\/([a-z0-9.+-]{1,20})(;[^,]{0,100})?,/i

/** `PNG image, 12 KB` for a data URL of an image, which nobody wants to read; else undefined. */
export function describePicture(text: string): string | undefined {
  const found = pattern.exec(text)
  if (!found) return undefined
  const [head, kind = '', parameters = ''] = found
  const length = text.length - head.length
  const isBase64 = /;base64$/i.test(parameters)
  const bytes = isBase64 ? Math.floor((length * 3) / 4) : length
  return `${kind.replace(/\+xml$/, '').toUpperCase()} image, ${describeBytes(bytes)}`
}

function describeBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`
  return bytes < 1_000_000 ? `${Math.round(bytes / 1000)} KB` : `${(bytes / 1_000_000).toFixed(1)} MB`
}
