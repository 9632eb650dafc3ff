// @ts-check
'use strict'

// SQLite writes large temporary data to files, which a run cannot make, unless each connection is told to keep it in memory.
const { syncBuiltinESMExports } = require('node:module')

/** In the zygote. */
function keepDatabasesInMemory() {
  const sqlite = require('node:sqlite')
  const Original = sqlite.DatabaseSync
  class DatabaseSync extends Original {
    /** @param {ConstructorParameters<typeof Original>} given */
    constructor(...given) {
      super(...given)
      if (given[1]?.open !== false) keepInMemory(this)
    }

    open() {
      super.open()
      keepInMemory(this)
    }
  }
  const exec = Original.prototype.exec

  /** @param {InstanceType<typeof Original>} database */
  function keepInMemory(database) {
    try {
      exec.call(database, 'PRAGMA temp_store = memory')
    } catch {
      // It is no database, which the program's first statement tells.
    }
  }
  Object.assign(sqlite, { DatabaseSync })
  syncBuiltinESMExports()
}

module.exports = { keepDatabasesInMemory }
