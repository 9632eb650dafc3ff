import { readFileSync } from 'node:fs'

/** What the group of a file says about who can write it. Texts of /etc/group and /etc/passwd. */
export type Accounts = { groups: string; users: string }

export function readAccounts(): Accounts {
  return { groups: readText('/etc/group'), users: readText('/etc/passwd') }
}

/**
 * Whether nobody but `owners` is in a group: Ubuntu, Fedora and others give each user such a group and let it write. A
 * group that these files do not know may have anybody in it.
 */
export function isPrivateGroup(gid: number, owners: ReadonlySet<number>, { groups, users }: Accounts): boolean {
  const group = rowsOf(groups).find(([, , id]) => id === String(gid))
  if (!group) return false
  const accounts = rowsOf(users)
  const uidOf = (name: string) => accounts.find(([own]) => own === name)?.[2]
  const named = (group[3] ?? '').split(',').filter(Boolean).map(uidOf)
  const primary = accounts.filter(([, , , id]) => id === String(gid)).map(([, , uid]) => uid)
  const members = [...named, ...primary]
  return members.length > 0 && members.every((uid) => uid !== undefined && owners.has(Number(uid)))
}

function rowsOf(text: string): string[][] {
  return text.split('\n').map((line) => line.split(':'))
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return '' // then no group is known to be private
  }
}
