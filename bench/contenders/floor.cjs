'use strict'
/**
 * The floor for JavaScript: forks a warmed Node for each run and waits for it. No isolation, no channel to the run.
 *
 * Usage: floor.cjs PRELOAD.json REQUIRE_FROM KOFFI. A JSON question a line on descriptor 0, an answer on 3; stdout should
 * be /dev/null. It uses blocking calls only, since what waits in its event loop would wait in every child too.
 */
const fs = require('node:fs')
const { createRequire } = require('node:module')
const { StringDecoder } = require('node:string_decoder')
const vm = require('node:vm')

const [preloadFile, requireFrom, koffiFolder] = process.argv.slice(2)
const libc = require(koffiFolder).load(null)
const fork = libc.func('int fork()')
const exit = libc.func('void _exit(int)')
const wait4 = libc.func('int wait4(int, void *, int, void *)')
const uvLoopFork = libc.func('int uv_loop_fork(void *)')
const uvDefaultLoop = libc.func('void *uv_default_loop()')
const signal = libc.func('void *signal(int, intptr_t)')
const requireUser = createRequire(requireFrom)
const ANSWERS = 3
const SIGINT = 2
const SIG_IGN = 1

/** The least that any runner of such programs does: parse, compile, call, write. */
function runProgram(code, inputsJson) {
  const inputs = JSON.parse(inputsJson)
  const main = vm.compileFunction(`${code}\n;return main`, ['require'], { filename: 'main.js' })(requireUser)
  return JSON.stringify(main(inputs))
}

function forkRun({ code, inputs, expect }) {
  const pid = fork()
  if (pid !== 0) return pid
  try {
    uvLoopFork(uvDefaultLoop())
    exit(runProgram(code, inputs).startsWith(expect) ? 0 : 2)
  } finally {
    exit(1)
  }
}

function measure(question) {
  const { runs, atOnce } = question
  const began = new Map()
  const times = []
  const status = Buffer.alloc(4)
  const usage = Buffer.alloc(144)
  let failed = 0
  let started = 0
  const first = performance.now()
  while (started < runs || began.size > 0) {
    while (started < runs && began.size < atOnce) {
      const at = performance.now()
      began.set(forkRun(question), at)
      started++
    }
    const pid = wait4(-1, status, 0, usage)
    times.push(performance.now() - began.get(pid))
    began.delete(pid)
    if (status.readInt32LE(0) !== 0) failed++
  }
  return { times, totalMs: performance.now() - first, failed }
}

/** In a fork, too: this interpreter stays as it was. The answer comes through a file, for the host to check. */
function tryOnce({ code, inputs, resultFile }) {
  const pid = fork()
  if (pid === 0) {
    try {
      uvLoopFork(uvDefaultLoop())
      fs.writeFileSync(resultFile, runProgram(code, inputs))
    } finally {
      exit(0)
    }
  }
  wait4(pid, null, 0, null)
  return { result: fs.readFileSync(resultFile, 'utf8') }
}

function* questions() {
  let pending = ''
  const decoder = new StringDecoder('utf8')
  const chunk = Buffer.alloc(2 ** 20)
  for (;;) {
    const end = pending.indexOf('\n')
    if (end >= 0) {
      yield JSON.parse(pending.slice(0, end))
      pending = pending.slice(end + 1)
      continue
    }
    const count = fs.readSync(0, chunk)
    if (count === 0) return
    pending += decoder.write(chunk.subarray(0, count))
  }
}

signal(SIGINT, SIG_IGN) // the host ends us by closing our input
for (const name of JSON.parse(fs.readFileSync(preloadFile, 'utf8'))) requireUser(name)
for (let round = 0; round < 100; round++) {
  runProgram('function main({ a }) {\n  return { a: [a, 1.5, null] }\n}', '{"a": "b"}')
}
const kinds = { measure, try: tryOnce }
for (const question of questions()) fs.writeSync(ANSWERS, `${JSON.stringify(kinds[question.kind](question))}\n`)
