import { describe, expect, test } from 'vitest'
import type { LogEntry } from '../contract/program.ts'
import { LogShares } from './log-shares.ts'

const printed = (text: string, stream: LogEntry['stream'] = 'stdout'): LogEntry => ({ stream, atMs: 0, text })

describe('the logs of all tries', () => {
  test('a single try may keep everything', () => {
    expect(new LogShares(1000, 1).next()).toBe(1000)
  })

  test('tries that print all they may share equally', () => {
    const shares = new LogShares(1000, 4)
    const given = [1, 2, 3, 4].map(() => {
      const share = shares.next()
      shares.spend([printed('x'.repeat(share + 60))])
      return share
    })
    expect(given).toEqual([250, 250, 250, 250])
  })

  test('what a try leaves is there for those that follow, and the fuller stream counts', () => {
    const shares = new LogShares(1000, 3)
    shares.spend([printed('ä'.repeat(50)), printed('x', 'stderr')])
    expect(shares.next()).toBe(450)
    shares.spend([])
    expect(shares.next()).toBe(900)
  })
})
