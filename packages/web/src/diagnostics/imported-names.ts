import type { CodeLanguage } from 'codenode/contract'

/** What a name stands for: a module, or with a path a member of it. */
export type ImportedName = { readonly module: string; readonly path: string }

/**
 * The names that a program's imports give, wherever they stand. It is read from the text, not from the syntax: while one
 * types, the text is seldom a program, and thousands of lines take a millisecond.
 */
export function importedNames(code: string, language: CodeLanguage): ReadonlyMap<string, ImportedName> {
  const names = new Map<string, ImportedName>()
  if (language === 'python3') readPythonImports(code, names)
  else readScriptImports(code, names)
  return names
}

type Names = Map<string, ImportedName>

const pythonImport = /^[ \t]*import[ \t]+([^\n#;]+)/gm
const pythonFrom = /^[ \t]*from[ \t]+([\w.]+)[ \t]+import[ \t]+(?:\(([^)]*)\)|([^\n#;(]+))/gm

function readPythonImports(code: string, names: Names): void {
  for (const [, list = ''] of code.matchAll(pythonImport)) {
    for (const [, module = '', alias] of list.matchAll(/([A-Za-z_][\w.]*)(?:\s+as\s+(\w+))?/g)) {
      // `import a.b` gives `a`; with `as` the name is that of `a.b`.
      const [owner = module] = module.split('.')
      if (alias === undefined) names.set(owner, { module: owner, path: '' })
      else names.set(alias, { module, path: '' })
    }
  }
  for (const [, module = '', inBrackets, onLine = ''] of code.matchAll(pythonFrom)) {
    if (module.startsWith('.')) continue
    const list = (inBrackets ?? onLine).replaceAll(/#.*$/gm, '')
    for (const [, name = '', alias] of list.matchAll(/(\w+)(?:\s+as\s+(\w+))?/g)) {
      names.set(alias ?? name, { module, path: name })
    }
  }
}

const name = String.raw`[A-Za-z_$][\w$]*`
const text = String.raw`(["'])([^"'\n]+)\N`
/** `import a, { b as c } from 'm'` and `import * as a from 'm'`. */
const scriptImport = new RegExp(
  String.raw`\bimport\s+(?:type\s+)?(?:(${name})\s*,?\s*)?(?:\*\s*as\s+(${name})\s*|\{([^{}]*)\}\s*)?from\s*${text}`.replace(
    '\\N',
    '\\4',
  ),
  'g',
)
/** `a = require('m').b` and `{ a: b } = await import('m')`. */
const scriptRequire = new RegExp(
  String.raw`(?:\b(${name})|\{([^{}]*)\})\s*=\s*(?:await\s+)?(?:require|import)\s*\(\s*${text}\s*\)((?:\.${name})*)`.replace(
    '\\N',
    '\\3',
  ),
  'g',
)

function readScriptImports(code: string, names: Names): void {
  for (const [, whole, all, list = '', , module = ''] of code.matchAll(scriptImport)) {
    if (whole !== undefined) names.set(whole, { module, path: 'default' })
    if (all !== undefined) names.set(all, { module, path: '' })
    readList(list, /^(?:type\s+)?([\w$]+)(?:\s+as\s+([\w$]+))?$/, (member, local) =>
      names.set(local, { module, path: member }),
    )
  }
  for (const [, whole, list = '', , module = '', members = ''] of code.matchAll(scriptRequire)) {
    const path = members.slice(1)
    if (whole !== undefined) names.set(whole, { module, path })
    readList(list, /^([\w$]+)(?:\s*:\s*([\w$]+))?(?:\s*=.*)?$/, (member, local) =>
      names.set(local, { module, path: path === '' ? member : `${path}.${member}` }),
    )
  }
}

function readList(list: string, form: RegExp, tell: (member: string, local: string) => void): void {
  for (const piece of list.split(',')) {
    const [, member, local] = form.exec(piece.trim()) ?? []
    if (member !== undefined) tell(member, local ?? member)
  }
}
