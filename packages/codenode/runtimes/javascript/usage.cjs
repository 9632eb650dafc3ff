// @ts-check
'use strict'

// What a process has used, as the kernel tells it in a `struct rusage`.

/** For `getrusage`: the calling process. */
const SELF = 0

/** Filled in by the kernel; one for all calls, since what a zygote leaves behind, every child inherits. */
const struct = Buffer.alloc(144)

/** The system's and the user's time. */
function readCpuUs() {
  const seconds = struct.readInt32LE(0) + struct.readInt32LE(16)
  return seconds * 1e6 + struct.readInt32LE(8) + struct.readInt32LE(24)
}

function readMaxRssKb() {
  return struct.readUInt32LE(32) + struct.readUInt32LE(36) * 2 ** 32
}

module.exports = { SELF, struct, readCpuUs, readMaxRssKb }
