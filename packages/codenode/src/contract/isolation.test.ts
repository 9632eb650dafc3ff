import { expect, test } from 'vitest'
import { hasNamespaces, isolationLevels } from './isolation.ts'

test('each level says whether runs have namespaces; what is no level is never taken for the weaker one', () => {
  expect(isolationLevels.map(hasNamespaces)).toEqual([true, false])
  for (const wrong of ['namespaces+landlock', '', 'none'] as never[]) {
    expect(() => hasNamespaces(wrong)).toThrow(/is not an isolation level/)
  }
})
