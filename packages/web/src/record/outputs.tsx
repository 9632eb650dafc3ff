import { lazy, Suspense } from 'react'
import { ValueBlock } from './parts.tsx'

const OutputsView = lazy(async () => ({ default: (await import('../results/outputs-view.tsx')).OutputsView }))

/** What a run or a node gave, in the views of the editor; as JSON until they are loaded. */
export function Outputs({ outputs }: { outputs: Readonly<Record<string, unknown>> }) {
  return (
    <Suspense fallback={<ValueBlock value={outputs} />}>
      <OutputsView outputs={outputs} />
    </Suspense>
  )
}
