import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  ParentBasedSampler,
  type Sampler,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace'
import { CodenodeError } from 'codenode/internal/contract/error'

const samplers: Readonly<Record<string, (ratio: number) => Sampler>> = {
  always_on: () => new AlwaysOnSampler(),
  always_off: () => new AlwaysOffSampler(),
  traceidratio: (ratio) => new TraceIdRatioBasedSampler(ratio),
  parentbased_always_on: () => new ParentBasedSampler({ root: new AlwaysOnSampler() }),
  parentbased_always_off: () => new ParentBasedSampler({ root: new AlwaysOffSampler() }),
  parentbased_traceidratio: (ratio) => new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(ratio) }),
}

/**
 * Which traces are sent, by `OTEL_TRACES_SAMPLER` and `OTEL_TRACES_SAMPLER_ARG` (the specification of OpenTelemetry's
 * environment variables). Default: `parentbased_always_on`, so a caller that does not sample its trace gets no spans in it.
 * Throws `configuration_invalid`: a sampler that is not meant would send too much, or nothing.
 */
export function readSampler(env: Readonly<Record<string, string | undefined>>): Sampler {
  const name = env.OTEL_TRACES_SAMPLER?.trim() || 'parentbased_always_on'
  const build = Object.hasOwn(samplers, name) ? samplers[name] : undefined
  if (!build) throw refuse('OTEL_TRACES_SAMPLER', name, `one of ${Object.keys(samplers).join(', ')}`)
  const text = env.OTEL_TRACES_SAMPLER_ARG?.trim() || '1'
  const ratio = Number(text)
  const isRatio = ratio >= 0 && ratio <= 1
  if (name.endsWith('traceidratio') && !isRatio) {
    throw refuse('OTEL_TRACES_SAMPLER_ARG', text, 'a number from 0 to 1, the part of the traces that is sent')
  }
  return build(ratio)
}

function refuse(path: string, given: string, wanted: string): CodenodeError {
  const message = `is ${JSON.stringify(given)}; it must be ${wanted}.`
  return new CodenodeError('configuration_invalid', { issues: [{ path, message }] })
}
