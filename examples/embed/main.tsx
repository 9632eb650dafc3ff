// The settings panel of a Code node inside of another product's page.
//   node packages/codenode/bin/codenode.js serve      with CODENODE_CORS_ORIGINS=http://localhost:5173
//   npm run build:embed -w packages/web && npx vite examples/embed
import { createClient } from 'codenode/client'
import { checkNode, stringifyLossless } from 'codenode/contract'
import { CodeNodePanel, type NodeData, type UpstreamVariable } from 'codenode-web/embed'
import 'codenode-web/embed.css'
import { useMemo, useState } from 'react'
import { createRoot } from 'react-dom/client'

const query = new URLSearchParams(location.search)
const client = createClient({ baseUrl: query.get('service') ?? 'http://127.0.0.1:8194' })

/** What the product knows that the node can read. */
const upstream: readonly UpstreamVariable[] = [
  { nodeId: 'start', nodeTitle: 'Start', selector: ['start', 'name'], type: 'string' },
  { nodeId: 'start', nodeTitle: 'Start', selector: ['start', 'limit'], type: 'number' },
  { nodeId: 'fetch', nodeTitle: 'Fetch orders', selector: ['fetch', 'orders'], type: 'array[object]' },
  { nodeId: 'fetch', nodeTitle: 'Fetch orders', selector: ['fetch', 'page'], type: 'object' },
  { nodeId: 'fetch', nodeTitle: 'Fetch orders', selector: ['fetch', 'page', 'number'], type: 'number' },
]

const first: NodeData = {
  type: 'code',
  title: 'Greet',
  variables: [{ variable: 'name', value_selector: ['start', 'name'], value_type: 'string' }],
  code_language: 'python3',
  code: 'def main(name: str) -> dict:\n    return {"greeting": f"Hello, {name}!"}\n',
  outputs: { greeting: { type: 'string', children: null } },
}

function Page() {
  const [node, setNode] = useState(first)
  const [isOpen, setOpen] = useState(true)
  const problems = useMemo(() => checkNode(node), [node])
  return (
    <>
      <button type="button" onClick={() => setOpen(!isOpen)}>
        {isOpen ? 'Close the node' : 'Open the node'}
      </button>
      {isOpen && (
        <div className="frame">
          <CodeNodePanel
            node={node}
            onChange={setNode}
            upstream={upstream}
            client={client}
            problems={problems}
            lastInputs={{ name: 'Ada' }}
            nodeId="greet"
          />
        </div>
      )}
      <details>
        <summary>What the product keeps</summary>
        <pre id="settings">{stringifyLossless(node)}</pre>
      </details>
    </>
  )
}

const theme = query.get('theme')
if (theme) document.documentElement.dataset.theme = theme
const root = document.getElementById('root')
if (!root) throw new Error('index.html has no element with the id root.')
createRoot(root).render(<Page />)
