import type { AnySetting, SettingValue } from './setting.ts'

/** A value as it may be shown: of keys their number, of an address no password and no query, which can be one. */
export function showValue({ isSecret, kind }: Pick<AnySetting, 'isSecret' | 'kind'>, value: SettingValue): string {
  if (isSecret) return countKeys(value)
  if (value == null) return 'none'
  if (typeof value === 'object') return value.length === 0 ? 'none' : value.join(', ')
  return kind.isAddress ? hideSecrets(String(value)) : String(value)
}

function countKeys(value: SettingValue): string {
  const count = value == null ? 0 : typeof value === 'object' ? value.length : 1
  if (count === 0) return 'none'
  return `${count} ${count === 1 ? 'key' : 'keys'}`
}

function hideSecrets(address: string): string {
  const url = URL.parse(address)
  if (url === null) return address
  const user = url.username || url.password ? '…@' : ''
  return `${url.protocol}//${user}${url.host}${url.pathname}${url.search ? '?…' : ''}`
}
