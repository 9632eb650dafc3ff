import { type ComponentProps, lazy, Suspense } from 'react'
import type { TypedValue } from '../typed-value.tsx'

const Loaded = lazy(async () => ({ default: (await import('../typed-value.tsx')).TypedValue }))

/** A value of the document, whose editor is large and loaded when it is first needed. */
export function LazyTypedValue(props: ComponentProps<typeof TypedValue>) {
  return (
    <Suspense>
      <Loaded {...props} />
    </Suspense>
  )
}
