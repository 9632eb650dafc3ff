/**
 * Programs of which two run at the same time, and programs that follow each other. Each says what it achieved as
 * `{escaped: []}`.
 */
type Language = 'python' | 'javascript'
type Meeting = { name: string } & Partial<Record<Language, string>>
type Plant = { name: string } & Partial<Record<Language, { leave: string; look: string }>>

/** Long enough for the other run to be there too. */
const python = (body: string) => `
import time
def main():
    end = time.monotonic() + 0.4
    while time.monotonic() < end:
${body
  .trim()
  .split('\n')
  .map((line) => `        ${line}`)
  .join('\n')}
        time.sleep(0.01)
    return tried()
`
const javascript = (body: string) => `
function main() {
  const end = Date.now() + 400
  const pause = new Int32Array(new SharedArrayBuffer(4))
  while (Date.now() < end) {
    ${body.trim()}
    Atomics.wait(pause, 0, 0, 10)
  }
  return tried()
}
`

/** Two runs of the same program, at once. */
export const meetings: readonly Meeting[] = [
  {
    name: 'abstract and named sockets',
    python: python(`
import socket
for address in ("\\0codenode-meeting", "/tmp/meeting", "meeting"):
    attempt("make", lambda: socket.socket(socket.AF_UNIX).bind(address))
    left, right = socket.socketpair()
    attempt("bind", lambda: left.bind(address))
    attempt("connect", lambda: left.connect(address))
    attempt("send", lambda: left.sendto(b"x", address))
    left.close(); right.close()`),
  },
  {
    name: 'kernel objects with a name',
    python: python(`
for name in ("shmget", "semget", "msgget"):
    forbid(name, 0x5EC2E7, 4096, 0o1666)
forbid("mq_open", b"meeting", 0o102, 0o666, 0)
forbid("add_key", b"user", b"meeting", b"x", 1, -5)
forbid("keyctl", 0, -5, 1)
forbid("request_key", b"user", b"meeting", 0, 0)`),
    javascript: javascript(`
    for (const name of ['shmget', 'semget', 'msgget']) forbid(name, 0x5ec2e7, 4096, 0o1666)
    forbid('mq_open', 'meeting', 0o102, 0o666, 0)
    forbid('keyctl', 0, -5, 1)`),
  },
  {
    name: 'locks on a file of a library',
    python: python(`
import fcntl
fd = os.open(os.__file__, os.O_RDONLY)
attempt("flock", lambda: fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB))
attempt("lockf", lambda: fcntl.lockf(fd, fcntl.LOCK_SH | fcntl.LOCK_NB))
forbid("fcntl", fd, 37, ctypes.create_string_buffer(32))
os.close(fd)`),
    javascript: javascript(`
    const fd = fs.openSync(require.resolve('lodash'), 'r')
    forbid('flock', fd, 6)
    forbid('fcntl', fd, 37, Buffer.alloc(32))
    forbid('fcntl', fd, 6, Buffer.alloc(32))
    fs.closeSync(fd)`),
  },
  {
    name: 'signals',
    python: python(`
import signal
seen = []
for number in (signal.SIGUSR1, signal.SIGUSR2, signal.SIGHUP, signal.SIGTERM):
    signal.signal(number, lambda n, _: escape(f"signal {n} came"))
own = os.getpid()
for pid in [*range(2, 64), *range(own - 40, own), *range(own + 1, own + 40), -1, 0]:
    if pid != own:
        forbid("kill", pid, 10)
        forbid("tgkill", pid, pid, 12)`),
    javascript: javascript(`
    process.on('SIGUSR2', () => escaped.push('SIGUSR2 came'))
    process.removeAllListeners('SIGUSR2')
    const own = call('getpid') ?? process.pid
    for (let pid = Math.max(2, own - 40); pid < own + 40; pid++) if (pid !== own) attempt('kill', () => process.kill(pid, 'SIGUSR2'))`),
  },
  {
    name: 'memory of other processes',
    python: python(`
buffer = ctypes.create_string_buffer(64)
own = os.getpid()
for pid in {*range(2, 12), *range(max(2, own - 10), own), *range(own + 1, own + 10)}:
    forbid("process_vm_readv", pid, buffer, 1, buffer, 1, 0)
    forbid("ptrace", 16, pid, 0, 0)
    attempt("mem", lambda: open(f"/proc/{pid}/mem", "rb"))
    attempt("environ", lambda: open(f"/proc/{pid}/environ", "rb").read())
    attempt("maps", lambda: open(f"/proc/{pid}/maps").read())
    attempt("fd", lambda: os.listdir(f"/proc/{pid}/fd"))
    attempt("cwd", lambda: os.readlink(f"/proc/{pid}/cwd"))`),
  },
  {
    name: 'descriptors that both have',
    python: python(`
import fcntl
for fd in range(4, 1024):
    try:
        os.fstat(fd)
    except OSError:
        continue
    fcntl.fcntl(fd, fcntl.F_SETFL, os.O_NONBLOCK)
    attempt(f"write {fd}", lambda: os.write(fd, b"meeting"))
    attempt(f"read {fd}", lambda: os.read(fd, 100))
if fcntl.fcntl(0, fcntl.F_GETFL) & os.O_APPEND and not globals().get("mine"):
    escape("the other has changed a flag")
mine = globals().setdefault("mine", True)
fcntl.fcntl(0, fcntl.F_SETFL, os.O_APPEND)`),
    // Those of the event loop are its own: what is written there comes back to the same run only.
    javascript: `
async function main() {
  const own = Buffer.alloc(8)
  own.writeBigUInt64LE(BigInt(require('node:crypto').randomInt(2 ** 40)) + 2n)
  for (let fd = 4; fd < 1024; fd++) {
    if (call('fcntl', fd, 3, 0) >= 0) call('fcntl', fd, 4, 0o4000)
    call('write', fd, own, 8)
  }
  await new Promise((resolve) => setTimeout(resolve, 300))
  // The first byte of the pipe is libuv's: the token of its lock.
  for (let fd = 4; fd < 1024; fd++) {
    const got = Buffer.alloc(9)
    const count = call('read', fd, got, 9) ?? -1
    if (count === 9 && !got.subarray(1).equals(own)) escaped.push(\`\${fd} gave \${got.toString('hex')}\`)
  }
  return tried()
}
`,
  },
  {
    name: 'memory that was shared before the fork',
    // The addresses are the same in both; what one writes the other must not see.
    python: `
import time, mmap, sys
board = sys.modules.setdefault("board", type(sys)("board"))
def main():
    import numpy
    holder = numpy.random.__dict__
    if "codenode_mark" in holder or hasattr(board, "mark"):
        escape("a module was changed")
    holder["codenode_mark"] = board.mark = True
    address = id(numpy.random)
    time.sleep(0.3)
    return tried()
`,
    javascript: `
async function main() {
  const lodash = require('lodash')
  if (lodash.codenodeMark) escaped.push('a module was changed')
  lodash.codenodeMark = true
  await new Promise((resolve) => setTimeout(resolve, 300))
  return tried()
}
`,
  },
  {
    name: 'channels of threads',
    javascript: `
async function main() {
  const channel = new BroadcastChannel('meeting')
  const own = Math.random()
  channel.onmessage = ({ data }) => escaped.push('heard ' + data)
  for (let n = 0; n < 20; n++) {
    channel.postMessage(own)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  channel.close()
  return tried()
}
`,
  },
]

/** A program that leaves something, and one that looks for it afterwards. */
export const plants: readonly Plant[] = [
  {
    name: 'modules and globals',
    python: {
      leave:
        'import sys, json, builtins, numpy\nbuiltins.mark = sys.mark = json.mark = numpy.mark = 1\njson.dumps = lambda *_: "planted"\nsys.modules["planted"] = sys\ndef main(): return {}',
      look: `
import sys, json, builtins, numpy
def main():
    for it in (builtins, sys, json, numpy):
        if hasattr(it, "mark"):
            escape(it.__name__)
    if "planted" in sys.modules or json.dumps(1) != "1":
        escape("modules")
    return tried()`,
    },
    javascript: {
      leave: `globalThis.mark = Array.prototype.mark = require('lodash').mark = process.mark = 1
JSON.stringify = () => 'planted'; require.cache.planted = module; process.env.MARK = '1'; Object.prototype.polluted = 1
function main() { return {} }`,
      look: `
function main() {
  if (globalThis.mark || [].mark || require('lodash').mark || process.mark || {}.polluted) escaped.push('a mark')
  if (JSON.stringify(1) !== '1' || require.cache.planted || process.env.MARK) escaped.push('a replacement')
  return tried()
}`,
    },
  },
  {
    name: 'files and folders',
    python: {
      leave: `
def main():
    for folder in ("/tmp", "/dev/shm", "/var/tmp", "/", "/run", os.getcwd()):
        attempt("", lambda: open(f"{folder}/codenode-mark", "w").write("x"))
    return {}`,
      look: `
def main():
    for folder in ("/tmp", "/dev/shm", "/var/tmp", "/", "/run", os.getcwd()):
        if os.path.exists(f"{folder}/codenode-mark"):
            escape(folder)
    return tried()`,
    },
    javascript: {
      leave: `function main() { for (const folder of ['/tmp', '/dev/shm', '/', '/run', process.cwd()]) attempt('', () => fs.writeFileSync(folder + '/codenode-mark-js', 'x')); return {} }`,
      look: `function main() { for (const folder of ['/tmp', '/dev/shm', '/', '/run', process.cwd()]) if (fs.existsSync(folder + '/codenode-mark-js')) escaped.push(folder); return tried() }`,
    },
  },
  {
    name: 'the environment, limits, masks and handlers',
    python: {
      leave: `
import os, resource, signal, locale, decimal, random
def main():
    os.environ["MARK"] = "1"; os.umask(0o777); signal.signal(signal.SIGUSR1, lambda *_: 0)
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR2]); signal.setitimer(signal.ITIMER_REAL, 1000)
    _libc.setenv(b"MARK", b"1", 1); sys.setrecursionlimit(5000); decimal.getcontext().prec = 3; random.seed(1)
    attempt("", lambda: _libc.prctl(15, b"planted"))
    return {}`,
      look: `
import os, resource, signal, decimal
def main():
    if "MARK" in os.environ or _libc.getenv(b"MARK"):
        escape("environment")
    if os.umask(0o22) == 0o777 or signal.getsignal(signal.SIGUSR1) not in (signal.SIG_DFL, None):
        escape("mask or handler")
    if signal.pthread_sigmask(signal.SIG_BLOCK, []) & {signal.SIGUSR2} or signal.getitimer(signal.ITIMER_REAL)[0]:
        escape("signals")
    if sys.getrecursionlimit() == 5000 or decimal.getcontext().prec == 3:
        escape("settings")
    return tried()`,
    },
    javascript: {
      leave: `function main() { process.umask(0o777); process.title = 'planted'; process.on('exit', () => {}); process.exitCode = 7; require('node:v8').setFlagsFromString('--stack-size=500'); require('node:dns').setServers(['1.2.3.4']); return {} }`,
      look: `function main() { if (process.umask() === 0o777 || process.title === 'planted' || process.exitCode === 7 || require('node:dns').getServers().includes('1.2.3.4')) escaped.push('settings'); return tried() }`,
    },
  },
  {
    name: 'threads, timers and late writes',
    python: {
      leave: `
import threading, time, atexit
def main():
    def late():
        while True:
            time.sleep(0.01)
            os.write(1, b"late from another run")
    threading.Thread(target=late).start()
    atexit.register(late)
    return {}`,
      look: 'import threading, time\ndef main():\n    time.sleep(0.05)\n    if threading.active_count() != 1:\n        escape("a thread")\n    return tried()',
    },
    javascript: {
      leave: `function main() { setInterval(() => console.log('late from another run'), 1); return {} }`,
      look: `async function main() { await new Promise((r) => setTimeout(r, 50)); if (process.getActiveResourcesInfo().length > 1) escaped.push(process.getActiveResourcesInfo().join()); return tried() }`,
    },
  },
  {
    name: 'memory that is freed and not cleared',
    python: {
      leave:
        'def main():\n    kept = [("leftover-" + "zinnia-4417") * 10000 for _ in range(200)]\n    return {"n": len(kept)}',
      look: `
def main():
    # Fresh memory of the allocator, not cleared by it.
    _libc.malloc.restype = ctypes.c_void_p
    for size in (4096, 65536, 1_000_000, 8_000_000):
        address = _libc.malloc(size)
        if b"zinnia-" + b"4417" in ctypes.string_at(address, size):
            escape(f"{size} bytes hold what an earlier run had")
    return tried()`,
    },
    javascript: {
      leave: `function main() { globalThis.kept = Array.from({ length: 200 }, () => Buffer.from(('leftover-' + 'zinnia-4417').repeat(10000))); return {} }`,
      look: `function main() { for (const size of [4096, 65536, 1e6, 8e6]) if (Buffer.allocUnsafeSlow(size).includes('zinnia-' + '4417')) escaped.push(size + ' bytes hold what an earlier run had'); return tried() }`,
    },
  },
]
