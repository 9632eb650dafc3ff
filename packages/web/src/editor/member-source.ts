import { ApiError, type Client, type ModuleMember } from 'codenode/client'
import { type CodeLanguage, languageOf } from 'codenode/contract'

/** What modules have; an empty list where nothing is known. Never rejects. */
export type MemberSource = (language: CodeLanguage, module: string, path: string) => Promise<readonly ModuleMember[]>

/** How long after a failure that passes it is not asked for again. */
const pauseMs = 10_000
const maxKept = 200

/** Asks a service, once for each module. Who types is not told when it cannot say. */
export function createMemberSource(client: Pick<Client, 'members'>, now: () => number = Date.now): MemberSource {
  const kept = new Map<string, Promise<readonly ModuleMember[]>>()
  let pausedUntil = 0

  const ask = async (key: string, ...[language, module, path]: Parameters<MemberSource>) => {
    try {
      const { members } = await client.members({
        language: languageOf[language],
        module,
        ...(path === '' ? {} : { path }),
      })
      return members
    } catch (error) {
      // What there is not is not asked for again.
      if (error instanceof ApiError && !error.isTemporary) return []
      kept.delete(key)
      pausedUntil = now() + pauseMs
      return []
    }
  }
  const one: MemberSource = (language, module, path) => {
    const key = [language === 'typescript' ? 'javascript' : language, module, path].join('\n')
    const known = kept.get(key)
    if (known) return known
    if (now() < pausedUntil) return Promise.resolve([])
    const asked = ask(key, language, module, path)
    kept.set(key, asked)
    for (const oldest of kept.keys()) {
      if (kept.size <= maxKept) break
      kept.delete(oldest)
    }
    return asked
  }
  return async (language, module, path) => {
    const steps = path === '' ? [] : path.split('.')
    // What a default import gives is no member of what `require` gives.
    const begun = steps[0] === 'default' ? 1 : 0
    let members = await one(language, module, steps.slice(0, begun).join('.'))
    for (let taken = begun; taken < steps.length; taken++) {
      // A member is asked for its own members only where it is one.
      if (!members.some(({ name }) => name === steps[taken])) return []
      members = await one(language, module, steps.slice(0, taken + 1).join('.'))
    }
    return members
  }
}
