import type { SpanExporter } from '@opentelemetry/sdk-trace'

export type Problem = { message: string; isSolved: boolean }

/** The exporter, telling once when sending fails and once when it works again. */
export function tellProblems(
  exporter: SpanExporter,
  onProblem: ((problem: Problem) => void) | undefined,
): SpanExporter {
  let isFailing = false
  return {
    export: (spans, done) =>
      exporter.export(spans, (result) => {
        // 0: success, in OpenTelemetry's ExportResultCode.
        const hasFailed = result.code !== 0
        if (hasFailed !== isFailing) {
          isFailing = hasFailed
          const message = hasFailed
            ? `Traces cannot be sent: ${result.error?.message ?? 'the collector refused them'}.`
            : 'Traces can be sent again.'
          onProblem?.({ message, isSolved: !hasFailed })
        }
        done(result)
      }),
    forceFlush: async () => exporter.forceFlush?.(),
    shutdown: () => exporter.shutdown(),
  }
}
