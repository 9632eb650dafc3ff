import { spawn } from 'node:child_process'
import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { readProcessMemory, toMemory } from './process-memory.ts'

const status = `Name:	python
State:	S (sleeping)
Threads:	3
VmHWM:	   84220 kB
VmRSS:	   84220 kB
RssAnon:	   78836 kB
RssFile:	    5372 kB
RssShmem:	      12 kB
VmPTE:	     308 kB
Threads:	1
`

describe('the memory of a process', () => {
  test('is what it holds for itself, in the kernel’s own unit, whatever the size of a page', () => {
    expect(toMemory(status, 3)).toEqual({ ownKb: 78_836 + 12 + 308, fileKb: 5372, peakKb: 84_220, threads: 3 })
    expect(toMemory('Name:	python\nState:	Z (zombie)\nThreads:	2\n', 2)).toBe(null)
  })

  test('is told by no count of pages anywhere', () => {
    const sources = globSync('**/*.ts', { cwd: path.resolve(import.meta.dirname, '../..') })
    expect(sources.length).toBeGreaterThan(100)
    const counts = sources.filter(
      (it) =>
        !it.endsWith('.test.ts') &&
        /\/statm\b/.test(readFileSync(path.resolve(import.meta.dirname, '../..', it), 'utf8')),
    )
    expect(counts).toEqual([])
  })

  test('is seen when the first thread has ended and another one lives', async () => {
    const exit = process.arch === 'arm64' ? 93 : 60
    const code = `
import ctypes, threading, time
kept = bytearray(b"x" * 50_000_000)
threading.Thread(target=time.sleep, args=(600,)).start()
print("on", flush=True)
ctypes.CDLL(None).syscall(${exit}, 0)`
    const child = spawn('python3', ['-c', code], { stdio: ['ignore', 'pipe', 'inherit'] })
    try {
      await new Promise((resolve) => child.stdout.once('data', resolve))
      const pid = child.pid ?? 0
      await expect.poll(() => readFileSync(`/proc/${pid}/status`, 'utf8')).toMatch(/^State:\s+Z/m)
      expect(readProcessMemory(pid)).toMatchObject({ threads: 2 })
      const memory = readProcessMemory(pid)
      expect(memory !== null && memory !== 'unreadable' && memory.ownKb).toBeGreaterThan(48_000)
    } finally {
      child.kill('SIGKILL')
    }
    await expect.poll(() => readProcessMemory(child.pid ?? 0)).toBe(null)
  })

  test('is none when there is no process', () => {
    expect(readProcessMemory(2 ** 30)).toBe(null)
  })
})
