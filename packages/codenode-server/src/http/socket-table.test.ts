import { describe, expect, test } from 'vitest'
import { findSocketUid } from './socket-table.ts'

const head = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n'
const row = (own: string, other: string, { state = '01', uid = 1000, inode = 4711 } = {}) =>
  `   7: ${own} ${other} ${state} 00000000:00000000 00:00000000 00000000  ${uid}        0 ${inode} 1 0000000000000000 20 4 30 10 -1\n`
const v4 = ['0100007F:9C40', '0100007F:2002'] as const
const mapped = ['0000000000000000FFFF00000100007F:9C40', '0000000000000000FFFF00000100007F:2002'] as const
const v6 = ['00000000000000000000000001000000:9C40', '00000000000000000000000001000000:2002'] as const
const at = (address: string, port: number) => ({ address, port })
const find = (tables: { tcp?: string; tcp6?: string }, client = '127.0.0.1', service = client) =>
  findSocketUid(
    { tcp: head + (tables.tcp ?? ''), tcp6: head + (tables.tcp6 ?? '') },
    at(client, 40_000),
    at(service, 8194),
  )

// The rows below are those of machines that write the lowest byte first, as all that are supported do.
describe('the owner of a socket', () => {
  test('is found among others, for IPv4, IPv6 and IPv4 inside IPv6', () => {
    const others = row('0100007F:9C41', '0100007F:2002', { uid: 1 }) + row(v4[1], v4[0], { uid: 2 })
    expect(find({ tcp: others + row(...v4) })).toBe(1000)
    expect(find({ tcp6: row(...v6) }, '::1')).toBe(1000)
    expect(find({ tcp6: row(...mapped) })).toBe(1000)
    expect(find({ tcp: row(...v4) }, '::ffff:127.0.0.1')).toBe(1000)
    expect(find({ tcp6: row(...mapped) }, '::ffff:127.0.0.1')).toBe(1000)
  })

  test('is not known without a row, or with one that no process holds', () => {
    expect(find({})).toBeNull()
    expect(find({ tcp: row(v4[1], v4[0]) })).toBeNull()
    // The kernel gives what is left over of a closed connection to root.
    expect(find({ tcp: row(...v4, { state: '06', uid: 0, inode: 0 }) })).toBeNull()
    expect(find({ tcp: row(...v4).slice(0, 40) })).toBeNull()
  })

  test.each(['', 'localhost', '1.2.3', '::1::', '1:2:3', ':::', '1:2:3:4:5:6:7:8:9', 'zz::1'])(
    'is not known for the address %j',
    (address) => {
      expect(find({ tcp: row(...v4), tcp6: row(...v6) }, address)).toBeNull()
    },
  )
})
