/** One thread feeds about so many cores: a run takes a millisecond of it, and four of the cores. */
const coresPerHost = 8

/**
 * How many hosts a sandbox has that was not told. A service has more to do on its own thread than a program that calls the
 * library, so it gets them sooner. Below that a hop between threads costs more than it saves (ADR 7).
 */
export function defaultHosts(cores: number, asks: 'service' | 'library'): number {
  const enough = asks === 'service' ? 4 : 8
  return cores <= enough ? 0 : Math.ceil(cores / coresPerHost)
}
