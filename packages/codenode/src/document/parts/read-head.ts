import type { Issue, WorkflowIssue } from '../../contract/failures.ts'
import type { Warning } from '../../contract/record.ts'
import { describeValue, isObject, type JsonValue } from '../../contract/values.ts'
import { workflowDocumentSchema } from '../../contract/workflow-document.ts'
import { explainZodIssue } from '../../reading/explain-zod-issue.ts'
import { withTextIds } from './text-ids.ts'

/** What a document says beside its nodes and edges. */
export type DocumentHead = {
  /** Where the graph is in the document: `workflow.graph`, `graph`, or empty. */
  path: string
  nodes: unknown[]
  edges: unknown[]
  name: string
  mode: 'workflow' | 'advanced-chat' | null
  version: string | null
  environment: Record<string, JsonValue>
  /** The types of the environment's variables, such as `secret`; null where the document does not say. */
  environmentTypes: Record<string, string | null>
  conversation: Record<string, JsonValue>
  warnings: Warning[]
}

/** Finds the graph: in a whole document, in its `workflow` block, or standing alone. */
export function readHead(document: unknown): { head: DocumentHead | null; issues: WorkflowIssue[] } {
  const located = locate(document)
  if (!located) return { head: null, issues: [{ path: 'workflow', message: explainMissing(document), node: null }] }

  const other = explainOtherApp(located.whole)
  if (other) return { head: null, issues: [{ path: 'app.mode', message: other, node: null }] }
  const tooMany = checkVariables(located.whole)
  if (tooMany) return { head: null, issues: [{ ...tooMany, path: cutStart(tooMany.path, located.added), node: null }] }
  const parsed = workflowDocumentSchema.safeParse(located.whole, { reportInput: true })
  if (parsed.error) {
    const issues = parsed.error.issues.flatMap(explainZodIssue)
    return { head: null, issues: issues.map((it) => ({ ...it, path: cutStart(it.path, located.added), node: null })) }
  }
  const { app, version, workflow } = parsed.data
  const versionText = version == null ? null : String(version)
  const head: DocumentHead = {
    path: cutStart('workflow.graph', located.added),
    nodes: workflow.graph.nodes,
    edges: workflow.graph.edges ?? [],
    name: app?.name || 'Workflow',
    mode: app?.mode ?? null,
    version: versionText,
    environment: toValues(workflow.environment_variables),
    environmentTypes: toTypes(workflow.environment_variables),
    conversation: toValues(workflow.conversation_variables),
    warnings: checkVersion(versionText),
  }
  return { head, issues: [] }
}

const otherApps: Readonly<Record<string, string>> = {
  chat: 'a chat assistant',
  'agent-chat': 'an agent',
  completion: 'a text generator',
}

/** Apps of Dify's without a graph; null: it is none of them. */
function explainOtherApp({ app }: Record<string, unknown>): string | null {
  const mode = isObject(app) ? app.mode : null
  const kind = typeof mode === 'string' && Object.hasOwn(otherApps, mode) ? otherApps[mode] : undefined
  if (kind === undefined) return null
  return `is ${String(mode)}: the app is ${kind}, which has no workflow. Only workflows and chatflows (workflow, advanced-chat) can be run.`
}

/** Far more than a workflow has. */
const maxVariables = 1000

/** Before the schema looks at each of them, and makes an issue of each wrong one. */
function checkVariables(whole: unknown): Issue | null {
  const workflow = isObject(whole) && isObject(whole.workflow) ? whole.workflow : {}
  for (const name of ['environment_variables', 'conversation_variables']) {
    const { [name]: variables } = workflow
    if (!Array.isArray(variables) || variables.length <= maxVariables) continue
    return { path: `workflow.${name}`, message: `are ${variables.length}; at most ${maxVariables} are allowed.` }
  }
  return null
}

/** `added`: what stands before the document's own paths in those of the whole. */
export function locate(document: unknown): { whole: Record<string, unknown>; added: string } | null {
  const located = locateWhole(document)
  return located && { ...located, whole: withTextIds(located.whole) }
}

function locateWhole(document: unknown): { whole: Record<string, unknown>; added: string } | null {
  if (!isObject(document)) return null
  if (isObject(document.workflow) || document.kind === 'app' || isObject(document.app)) {
    return { whole: document, added: '' }
  }
  if (isObject(document.graph)) return { whole: { workflow: document }, added: 'workflow' }
  if (Array.isArray(document.nodes)) return { whole: { workflow: { graph: document } }, added: 'workflow.graph' }
  return null
}

function explainMissing(document: unknown): string {
  const found = isObject(document) ? 'has no graph' : `is ${describeValue(document)}`
  return `${found}; it must be an export of Dify's (kind: app, with workflow.graph), or a graph: {nodes, edges}.`
}

function cutStart(path: string, start: string): string {
  return path.startsWith(start) ? path.slice(start.length).replace(/^\./, '') : path
}

function toValues(
  variables: readonly { name: string; value?: unknown }[] | null | undefined,
): Record<string, JsonValue> {
  // Documents are made of JSON values: they were read from JSON or YAML.
  return Object.fromEntries((variables ?? []).map(({ name, value }) => [name, (value ?? null) as JsonValue]))
}

function toTypes(
  variables: readonly { name: string; value_type?: unknown }[] | null | undefined,
): Record<string, string | null> {
  return Object.fromEntries(
    (variables ?? []).map(({ name, value_type: type }) => [name, typeof type === 'string' ? type : null]),
  )
}

function checkVersion(version: string | null): Warning[] {
  if (version === null || /^0\.[1-6](\.|$)/.test(version)) return []
  const message = `version is ${version}; the versions 0.1 to 0.6 of the DSL are known. It was read as if it were one of them.`
  return [{ code: 'version_unknown', path: 'version', message }]
}
