// @ts-check
'use strict'
/** The system calls that the zygote and its children make themselves, through koffi. */

/** @type {typeof import('koffi') | null} */
let koffi = require('koffi')

const native = buildFunctions(require('koffi').load(null))

/** @param {import('koffi').LibraryHandle} libc kept by nobody */
function buildFunctions(libc) {
  const declare = (/** @type {string} */ prototype) => libc.func(prototype)
  return {
    fork: declare('int fork()'),
    exit: declare('void _exit(int)'),
    unshare: declare('int unshare(int)'),
    setns: declare('int setns(int, int)'),
    prctl: declare('int prctl(int, uint64_t, uint64_t, uint64_t, uint64_t)'),
    prctlFilter: declare('int prctl(int, uint64_t, void *, uint64_t, uint64_t)'),
    setpriority: declare('int setpriority(int, uint32_t, int)'),
    setrlimit: declare('int setrlimit(int, void *)'),
    capset: declare('int capset(void *, void *)'),
    getrandom: declare('long getrandom(void *, size_t, uint32_t)'),
    getrusage: declare('int getrusage(int, void *)'),
    setgroups: declare('int setgroups(size_t, void *)'),
    setresgid: declare('int setresgid(uint32_t, uint32_t, uint32_t)'),
    setresuid: declare('int setresuid(uint32_t, uint32_t, uint32_t)'),
    socket: declare('int socket(int, int, int)'),
    connect: declare('int connect(int, void *, uint32_t)'),
    ioctl: declare('int ioctl(int, ulong)'),
    madvise: declare('int madvise(uintptr_t, size_t, int)'),
    memcpy: declare('void *memcpy(uintptr_t, uintptr_t, size_t)'),
    mount: declare('int mount(const char *, const char *, const char *, ulong, const char *)'),
    mmap: declare('intptr_t mmap(uintptr_t, size_t, int, int, int, long)'),
    mprotect: declare('int mprotect(uintptr_t, size_t, int)'),
    mremap: declare('intptr_t mremap(uintptr_t, size_t, size_t, int, uintptr_t)'),
    munmap: declare('int munmap(uintptr_t, size_t)'),
    dup2: declare('int dup2(int, int)'),
    fcntl: declare('int fcntl(int, int, int)'),
    close: declare('int close(int)'),
    open: declare('int open(const char *, int)'),
    poll: declare('int poll(void *, ulong, int)'),
    wait4: declare('int wait4(int, void *, int, void *)'),
    getpid: declare('int getpid()'),
    pipe2: declare('int pipe2(void *, int)'),
    closeRange: declare('long syscall(long, uint32_t, uint32_t, uint32_t)'),
    pidfdOpen: declare('long syscall(long, int, uint32_t)'),
    pidfdSendSignal: declare('long syscall(long, int, int, void *, uint32_t)'),
    landlockCreate: declare('long syscall(long, void *, size_t, uint32_t)'),
    landlockAdd: declare('long syscall(long, int, int, void *, uint32_t)'),
    landlockRestrict: declare('long syscall(long, int, uint32_t)'),
    dlsym: declare('uintptr_t dlsym(uintptr_t, const char *)'),
    pthreadAttrInit: declare('int pthread_attr_init(void *)'),
    pthreadAttrSetStackSize: declare('int pthread_attr_setstacksize(void *, size_t)'),
    pthreadAttrSetSigmask: declare('int pthread_attr_setsigmask_np(void *, void *)'),
    pthreadCreate: declare('int pthread_create(void *, void *, uintptr_t, void *)'),
    pthreadMutexLock: declare('int pthread_mutex_lock(void *)'),
    uvLoopFork: declare('int uv_loop_fork(void *)'),
    uvDefaultLoop: declare('void *uv_default_loop()'),
  }
}

/** The same numbers on x86_64 and aarch64. */
const SYS = {
  pidfdSendSignal: 424,
  pidfdOpen: 434,
  closeRange: 436,
  landlockCreate: 444,
  landlockAdd: 445,
  landlockRestrict: 446,
}

/**
 * @param {number} result a system call's answer
 * @param {string} what for the message
 */
function check(result, what) {
  if (result < 0) throw new Error(`${what}: errno ${errno()}`)
  return result
}

function errno() {
  return koffi?.errno()
}

/**
 * A `struct sock_fprog` whose pointer koffi fills in. In the zygote.
 * @param {Buffer} program
 */
function filterArgument(program) {
  const fprog = Buffer.alloc(16)
  fprog.writeUInt16LE(program.length / 8, 0)
  fprog.writeBigUInt64LE(/** @type {typeof import('koffi')} */ (koffi).address(program), 8)
  return fprog
}

/**
 * In a child, when its last limit is set and before it reads a line of the program: whoever finds a way to look through
 * the heap is not to find functions of the system's ready for use. The filter is the wall, and it holds for machine code.
 */
function forgetNative() {
  for (const name of Object.keys(native)) delete (/** @type {Partial<typeof native>} */ (native)[name])
  koffi = null
}

module.exports = { native, SYS, check, errno, filterArgument, forgetNative }
