/** A workflow of that many nodes in rows, as large as people make them. */
export function manyNodes(count: number) {
  const nodes = Array.from({ length: count }, (_, index) => ({
    id: `n${index}`,
    type: 'custom',
    position: { x: (index % 20) * 320, y: Math.floor(index / 20) * 180 },
    data:
      index === 0
        ? { type: 'start', title: 'Node 0', variables: [] }
        : { type: 'template-transform', title: `Node ${index}`, template: 'x', variables: [] },
  }))
  const edges = nodes.slice(1).map(({ id }, index) => ({ id: `e${index}`, source: `n${index}`, target: id }))
  return { kind: 'app', app: { name: 'Many', mode: 'workflow' }, workflow: { graph: { nodes, edges } } }
}
