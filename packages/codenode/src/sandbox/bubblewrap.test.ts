import { describe, expect, test } from 'vitest'
import { bubblewrapArgv } from './bubblewrap.ts'

const view = {
  command: ['/node/bin/node', 'zygote.cjs'],
  readable: [],
  listable: [],
  requireFrom: '/',
  env: { TZ: 'UTC' },
}
const files = {
  mounts: [{ from: '/usr/bin/node', to: '/node/bin/node' }],
  inside: view,
  bare: view,
  hidden: ['/python/lib/python3.12/site-packages'],
}

describe('the arguments of bubblewrap', () => {
  test('every mount is read-only, and nothing of /proc, /sys, /dev or /tmp is there', () => {
    for (const mapsUids of [true, false]) {
      const argv = bubblewrapArgv({ files, socketPath: '/data/run/s', mapsUids })
      expect(argv.filter((it) => ['--bind', '--dev-bind', '--dev', '--proc', '--file'].includes(it))).toEqual([])
      expect(argv).toContain('--remount-ro')
    }
  })

  test('what is hidden is an empty folder that cannot be written', () => {
    const argv = bubblewrapArgv({ files, socketPath: '/s', mapsUids: false })
    const [folder] = files.hidden
    expect(argv.slice(argv.indexOf('--tmpfs'), argv.indexOf('--tmpfs') + 4)).toEqual([
      '--tmpfs',
      folder,
      '--remount-ro',
      folder,
    ])
  })

  test('every namespace is its own, by the forms that fail when they cannot be had', () => {
    const argv = bubblewrapArgv({ files, socketPath: '/data/run/s', mapsUids: false })
    expect(argv).toEqual(
      expect.arrayContaining(['--unshare-user', '--unshare-pid', '--unshare-net', '--unshare-ipc', '--unshare-uts']),
    )
    expect(argv).not.toContain('--unshare-all')
    expect(argv).toEqual(expect.arrayContaining(['--clearenv', '--die-with-parent', '--new-session', '--seccomp']))
  })

  test('only root maps further uids and keeps what changing to them takes', () => {
    const withUids = bubblewrapArgv({ files, socketPath: '/s', mapsUids: true })
    const without = bubblewrapArgv({ files, socketPath: '/s', mapsUids: false })
    expect(withUids).toContain('CAP_SETUID')
    expect(withUids).toContain('--userns-block-fd')
    expect(without).not.toContain('CAP_SETUID')
    expect(without).not.toContain('--userns-block-fd')
  })
})
