'use strict'
/** A run in a Node of its own: what a product writes that just spawns one. Usage: spawn-run.cjs REQUIRE_FROM [MODULE ...]. */
const fs = require('node:fs')
const { createRequire } = require('node:module')
const vm = require('node:vm')

const [requireFrom, ...modules] = process.argv.slice(2)
const requireUser = createRequire(requireFrom)
for (const name of modules) requireUser(name)
const { code, inputs } = JSON.parse(fs.readFileSync(0, 'utf8'))
const main = vm.compileFunction(`${code}\n;return main`, ['require'], { filename: 'main.js' })(requireUser)
fs.writeFileSync(3, JSON.stringify(main(inputs)))
