import { globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parseAst } from 'vitest/node'

/**
 * A file imports a file (`to` is a path as `from` is), a package (`to` is its name), or a file of the library by
 * `codenode/internal/` (`to` is its path again).
 */
export type Import = { kind: 'file' | 'package' | 'internal'; from: string; to: string }

/**
 * All imports of the TypeScript files in a folder, with paths from `root`. Imports of types and style sheets count.
 * Test files are left out: a test may import what the code beside it must not.
 */
export function readImports(root: string, folder: string): Import[] {
  return globSync(`${folder}/**/*.{ts,tsx}`, { cwd: root })
    .filter((path) => !/\.test\.tsx?$/.test(path))
    .sort()
    .flatMap((path) => importsIn(path, readFileSync(join(root, path), 'utf8')))
}

export function importsIn(path: string, text: string): Import[] {
  const specifiers = new Set<string>()
  collectSpecifiers(parseAst(text, { lang: path.endsWith('.tsx') ? 'tsx' : 'ts' }, path), specifiers)
  return [...specifiers].map((specifier) => {
    const inner = /^codenode\/internal\/(.+)$/.exec(specifier)?.[1]
    if (inner !== undefined) return { kind: 'internal', from: path, to: `packages/codenode/src/${inner}.ts` }
    return specifier.startsWith('.')
      ? { kind: 'file', from: path, to: join(dirname(path), specifier) }
      : { kind: 'package', from: path, to: specifier }
  })
}

const importing: ReadonlySet<unknown> = new Set([
  'ImportDeclaration',
  'ExportNamedDeclaration',
  'ExportAllDeclaration',
  'ImportExpression',
  // import('./file.ts').Name
  'TSImportType',
])

/** Adds what the syntax tree below a node imports. An `import()` of a computed path cannot be followed and adds nothing. */
function collectSpecifiers(node: unknown, specifiers: Set<string>): void {
  if (typeof node !== 'object' || node === null) return
  if ('type' in node && importing.has(node.type) && 'source' in node) {
    const { source } = node
    if (typeof source === 'object' && source && 'value' in source && typeof source.value === 'string') {
      specifiers.add(source.value)
    }
  }
  for (const child of Object.values(node)) collectSpecifiers(child, specifiers)
}
