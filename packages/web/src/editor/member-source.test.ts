import { ApiError, type MembersRequest, type ModuleMembers } from 'codenode/client'
import { expect, test } from 'vitest'
import { createMemberSource } from './member-source.ts'

const answer = ({ module, path = '' }: MembersRequest, ...names: string[]): ModuleMembers => ({
  module,
  path,
  members: names.map((name) => ({ name, kind: 'module', detail: null, doc: null, named: true })),
  complete: true,
})

test('each module is asked for once, and a member only where it is one', async () => {
  const asked: string[] = []
  const source = createMemberSource({
    members: async (request) => {
      asked.push(`${request.language} ${request.module} ${request.path ?? ''}`.trim())
      return answer(request, request.path ? 'norm' : 'linalg')
    },
  })
  const names = async (path: string) => (await source('python3', 'numpy', path)).map(({ name }) => name)
  expect(await Promise.all([names(''), names('linalg'), names('linalg'), names('none.x')])).toEqual([
    ['linalg'],
    ['norm'],
    ['norm'],
    [],
  ])
  expect(asked).toEqual(['python numpy', 'python numpy linalg'])
})

test('where the service cannot say, nothing is offered and it is left alone for a while', async () => {
  let time = 0
  let asked = 0
  let code = 'pool_full'
  const source = createMemberSource(
    {
      members: () => {
        asked++
        return Promise.reject(new ApiError({ code, message: '', status: code === 'pool_full' ? 503 : 404 }))
      },
    },
    () => time,
  )
  for (let n = 0; n < 5; n++) expect(await source('python3', 'numpy', '')).toEqual([])
  expect(asked).toBe(1)
  time = 11_000
  code = 'package_not_found'
  for (let n = 0; n < 5; n++) expect(await source('python3', 'numpy', '')).toEqual([])
  expect(asked).toBe(2)
})
