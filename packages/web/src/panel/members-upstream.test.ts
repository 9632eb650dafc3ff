import { expect, test } from 'vitest'
import { membersUpstream } from './members-upstream.ts'

const variable = (type: string, ...selector: string[]) => ({ nodeId: 'n', nodeTitle: 'N', selector, type })

test('members that are listed as variables belong to their object, at every level', () => {
  const upstream = [
    variable('object', 'n', 'user'),
    variable('string', 'n', 'user', 'name'),
    variable('object', 'n', 'user', 'address'),
    variable('string', 'n', 'user', 'address', 'city'),
    variable('string', 'n', 'other'),
  ]
  expect(membersUpstream(['n', 'user'], upstream)).toEqual({
    name: { type: 'string', children: {} },
    address: { type: 'object', children: { city: { type: 'string', children: {} } } },
  })
  expect(membersUpstream([], upstream)).toEqual({})
})
