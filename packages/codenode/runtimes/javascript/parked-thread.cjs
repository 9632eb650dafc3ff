// @ts-check
'use strict'
/**
 * V8 asks the kernel for the number of its main thread once and remembers it, also in a fork: a child believes that it is
 * still on the zygote's. Some of V8's locks know their owner by that number, so a thread that got it for real (a Worker,
 * the watchdog of `vm`) would walk through a lock that the main thread holds, and V8 would abort. In its own pid namespace
 * a child's main thread is 1 and its next thread is 2, which is just what the zygote is in its own. So 2 is taken, for as
 * long as the child lives, by a thread that does nothing.
 */

const { native } = require('./native.cjs')

const REMEMBERED = 2
/** What a run's limit of threads must leave room for. */
const PARKED_THREADS = 1
/**
 * At least PTHREAD_STACK_MIN, which is 128 KiB on aarch64, with room for what a kernel with large pages takes of it: the
 * guard page. Memory that is not touched is not used.
 */
const STACK_BYTES = 256 * 1024
/** More than the structures of glibc take: a mutex, attributes of a thread, a set of signals. */
const STRUCT_BYTES = 128

/** @typedef {{ attributes: Buffer, wait: number, mutex: Buffer, thread: Buffer }} Parking */

/**
 * In the zygote.
 * @param {number} pid its own
 * @returns {Parking}
 */
function prepareParking(pid) {
  if (pid !== REMEMBERED) throw new Error(`the zygote is process ${pid} of its namespace and must be ${REMEMBERED}`)
  const [mutex, attributes, thread] = [STRUCT_BYTES, STRUCT_BYTES, 8].map((size) => Buffer.alloc(size))
  const allSignals = Buffer.alloc(STRUCT_BYTES, 0xff)
  const wait = Number(native.dlsym(0, 'pthread_mutex_lock'))
  if (wait === 0) throw new Error('pthread_mutex_lock was not found')
  succeed(native.pthreadMutexLock(mutex), 'pthread_mutex_lock')
  succeed(native.pthreadAttrInit(attributes), 'pthread_attr_init')
  succeed(native.pthreadAttrSetStackSize(attributes, STACK_BYTES), 'pthread_attr_setstacksize')
  // Handlers of signals run on the other threads, as if this one were not there.
  succeed(native.pthreadAttrSetSigmask(attributes, allSignals), 'pthread_attr_setsigmask_np')
  return { attributes, wait, mutex, thread }
}

/**
 * In a child, before it starts any other thread, and behind the lock-down, which binds only the threads that are made then.
 * @param {Parking} parking
 */
function parkThread({ attributes, wait, mutex, thread }) {
  // The zygote holds the mutex and never gives it back.
  succeed(native.pthreadCreate(thread, attributes, wait, mutex), 'pthread_create')
}

/**
 * @param {number} error what functions of pthread return: 0 for success
 * @param {string} what
 */
function succeed(error, what) {
  if (error !== 0) throw new Error(`${what}: errno ${error}`)
}

module.exports = { PARKED_THREADS, STACK_BYTES, parkThread, prepareParking }
