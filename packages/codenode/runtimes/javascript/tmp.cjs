// @ts-check
'use strict'

// Whether this run has a private /tmp.
let isAllowed = false

/** In a child that has one. */
function allowTmp() {
  isAllowed = true
}

const isTmpAllowed = () => isAllowed

module.exports = { allowTmp, isTmpAllowed }
