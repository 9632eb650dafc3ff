import { expect, test } from 'vitest'
import { defaultHosts } from './default-hosts.ts'

test.each([
  [1, 0, 0],
  [4, 0, 0],
  [6, 1, 0],
  [8, 1, 0],
  [16, 2, 2],
  [20, 3, 3],
  [64, 8, 8],
])('%i cores: %i hosts for a service, %i for the library', (cores, service, library) => {
  expect([defaultHosts(cores, 'service'), defaultHosts(cores, 'library')]).toEqual([service, library])
})
