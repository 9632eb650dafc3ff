/** Lists what a JavaScript module has: of what `require` gives, and of what an import gives by its name. */
export const scriptProgram = `
async function main({ module: name, path, maxMembers, maxText }) {
  const required = load(() => require(name))
  const imported = await load(() => import(name))
  if (required === null && imported === null) return { status: 'missing' }
  let value = path[0] === 'default' && imported !== null ? imported : (required ?? imported)
  for (const step of path) {
    if (value === required && step === 'default' && !(isOpen(value) && 'default' in value)) continue
    if (!isOpen(value) || !(step in value)) return { status: 'missing' }
    value = read(value, step)
  }
  const byName = path.length === 0 && imported !== null ? Object.keys(imported).filter(isName) : []
  const names = new Set([...memberNames(value), ...byName])
  names.delete('default')
  const listed = [...names].sort().map((one) => {
    const member = isOpen(value) && one in value ? read(value, one) : read(imported, one)
    return { ...describe(one, member, maxText), named: byName.includes(one) }
  })
  return { status: 'found', members: listed.slice(0, maxMembers), complete: listed.length <= maxMembers }
}

const notThere = [
  'ERR_MODULE_NOT_FOUND', 'MODULE_NOT_FOUND', 'ERR_PACKAGE_PATH_NOT_EXPORTED', 'ERR_UNKNOWN_BUILTIN_MODULE',
  'ERR_UNSUPPORTED_DIR_IMPORT', 'ERR_REQUIRE_ASYNC_MODULE',
]

/** Null where there is no such module in this way. */
function load(get) {
  const orNull = (error) => {
    if (notThere.includes(error.code)) return null
    throw error
  }
  try {
    const loaded = get()
    return loaded instanceof Promise ? loaded.catch(orNull) : loaded
  } catch (error) {
    return orNull(error)
  }
}

function isName(name) {
  return /^[A-Za-z$][\\w$]*$/.test(name)
}

function isOpen(value) {
  return (typeof value === 'object' && value !== null) || typeof value === 'function'
}

function read(value, name) {
  try {
    return value[name]
  } catch {
    return undefined
  }
}

const ofFunctions = ['length', 'name', 'prototype', 'arguments', 'caller']

function memberNames(value) {
  const names = new Set()
  if (!isOpen(value)) return names
  for (let at = value; at !== null && at !== Object.prototype && at !== Function.prototype; at = Object.getPrototypeOf(at)) {
    for (const name of Object.getOwnPropertyNames(at)) {
      const isOwn = typeof at !== 'function' || !ofFunctions.includes(name)
      if (isOwn && name !== 'constructor' && isName(name)) names.add(name)
    }
  }
  return names
}

function describe(name, value, maxText) {
  const kind = kindOf(value)
  const detail = kind === 'function' || kind === 'class' ? parametersOf(value) : typeOf(value)
  return { name, kind, detail: detail !== null && detail.length > maxText ? detail.slice(0, maxText) + '…' : detail, doc: null }
}

function kindOf(value) {
  if (typeof value === 'function') return isClass(value) ? 'class' : 'function'
  return Object.prototype.toString.call(value) === '[object Module]' ? 'module' : 'constant'
}

function isClass(value) {
  if (/^class\\b/.test(Function.prototype.toString.call(value))) return true
  return isOpen(value.prototype) && Object.getOwnPropertyNames(value.prototype).length > 1
}

function parametersOf(value) {
  const [, parameters] = /^(?:async\\s+)?(?:function\\b\\s*\\*?\\s*[\\w$]*\\s*)?(\\([^()]*\\))/.exec(Function.prototype.toString.call(value)) ?? []
  return parameters === undefined ? null : parameters.replace(/\\s+/g, ' ')
}

function typeOf(value) {
  if (value === null || typeof value !== 'object') return value === undefined ? null : typeof value
  return Array.isArray(value) ? 'array' : 'object'
}
`
