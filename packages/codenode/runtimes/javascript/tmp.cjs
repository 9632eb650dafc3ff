// @ts-check
'use strict'

// Whether this run has a private /tmp.
let isAllowed = false

/** In a child that has one. */
function allowTmp() {
  isAllowed = true
}

const isTmpAllowed = () => isAllowed

/** A path below the private /tmp of this run. @param {string} path */
const isInTmp = (path) => isAllowed && path.startsWith('/tmp/')

module.exports = { allowTmp, isInTmp, isTmpAllowed }
