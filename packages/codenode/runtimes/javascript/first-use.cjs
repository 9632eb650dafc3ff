// @ts-check
'use strict'

// Uses packages as programs do, so that what they load and build at their first use is there before the fork.

/** @type {Record<string, (loaded: any) => unknown>} */
const uses = {
  luxon: ({ DateTime }) => DateTime.fromISO('2024-01-02T03:04Z').setZone('Asia/Shanghai').toFormat('cccc d LLLL yyyy'),
  moment: (moment) => moment('2024-01-02').add(1, 'day').format('LLLL'),
  dayjs: (dayjs) => dayjs('2024-01-02').add(1, 'day').format('dddd'),
  papaparse: ({ parse }) => parse('a,b\n1,2', { header: true }),
  'csv-parse/sync': ({ parse }) => parse('a,b\n1,2', { columns: true }),
  'fast-xml-parser': ({ XMLParser, XMLBuilder }) =>
    new XMLBuilder().build(new XMLParser({ ignoreAttributes: false }).parse('<a b="1"><c>2</c></a>')),
  he: ({ decode, encode }) => decode(encode('ü & <')),
  jmespath: ({ search }) => search({ a: [{ b: 1 }] }, 'a[?b > `0`].b'),
}

/**
 * In the zygote, after the packages. Nothing here waits or draws random numbers.
 * @param {NodeJS.Require} require the program's
 * @param {readonly string[]} loaded
 */
function usePackages(require, loaded) {
  new Intl.DateTimeFormat('en-US', { dateStyle: 'full', timeStyle: 'long', timeZone: 'UTC' }).format(0)
  new Intl.NumberFormat('en-US').format(1.5)
  /** @type {{ name: string, message: string }[]} */
  const failed = []
  for (const name of loaded) {
    try {
      uses[name]?.(require(name))
    } catch (error) {
      // An operator may have other versions.
      failed.push({ name, message: String(error).slice(0, 500) })
    }
  }
  return failed
}

module.exports = { usePackages }
