// Tries from inside a run what no run may do, and tells what came of each try: an errno name, or "done".
const fs = require('node:fs')
const net = require('node:net')
const { spawnSync } = require('node:child_process')

async function main() {
  const tries = []
  for (const [layer, what, act] of acts) tries.push([layer, what, await attempt(act)])
  return { tries, descriptors: descriptors(), environment: Object.keys(process.env).sort(), pid: process.pid }
}

async function attempt(act) {
  try {
    await act()
    return 'done'
  } catch (error) {
    return error.code ?? 'failed'
  }
}

/** Becomes what the socket or server says first. */
function firstOf(emitter, event) {
  return new Promise((resolve, reject) => {
    emitter.once('error', reject)
    emitter.once(event, resolve)
  }).finally(() => (emitter.destroy ? emitter.destroy() : emitter.close()))
}

function write(path) {
  fs.writeFileSync(path, 'x')
  fs.unlinkSync(path)
}

function start(program) {
  const { error } = spawnSync(program)
  if (error) throw error
}

const acts = [
  ['files', 'read /etc/passwd', () => fs.readFileSync('/etc/passwd')],
  ['files', 'list /', () => fs.readdirSync('/')],
  ['files', 'list /etc', () => fs.readdirSync('/etc')],
  ['hidden files', 'look at /etc/passwd', () => fs.statSync('/etc/passwd')],
  ['hidden files', 'look at /proc/self', () => fs.statSync('/proc/self')],
  ['files', 'write /codenode-probe', () => write('/codenode-probe')],
  ['files', 'write /tmp/codenode-probe', () => write('/tmp/codenode-probe')],
  ['files', 'write /dev/shm/codenode-probe', () => write('/dev/shm/codenode-probe')],
  ['files', 'write in the working folder', () => write('codenode-probe')],
  ['network', 'connect by TCP', () => firstOf(net.connect(9, '127.0.0.1'), 'connect')],
  ['network', 'connect by IPv6', () => firstOf(net.connect(9, '::1'), 'connect')],
  ['network', 'connect to a Unix socket', () => firstOf(net.connect('/run/codenode.sock'), 'connect')],
  ['network', 'listen', () => firstOf(net.createServer().listen(0, '127.0.0.1'), 'listening')],
  ['processes', 'start a program', () => start('/bin/true')],
  ['processes', 'start itself again', () => start(process.execPath)],
  ['other processes', 'signal everybody', () => process.kill(-1, 0)],
  ['other processes', 'signal its group', () => process.kill(0, 0)],
  ['other processes', 'signal process 2', () => process.kill(2, 0)],
  ['kernel', 'become root', () => process.setuid(0)],
  ['kernel', 'become another group', () => process.setgid(0)],
]

const kinds = [
  ['isFile', 'file'],
  ['isDirectory', 'directory'],
  ['isSocket', 'socket'],
  ['isFIFO', 'pipe'],
  ['isCharacterDevice', 'device'],
  ['isBlockDevice', 'block device'],
]

function descriptors() {
  const found = {}
  for (let fd = 0; fd < 128; fd++) {
    try {
      const stat = fs.fstatSync(fd)
      found[fd] = kinds.find(([is]) => stat[is]())?.[1] ?? 'other'
    } catch {
      // not open
    }
  }
  return found
}

module.exports = { main }
