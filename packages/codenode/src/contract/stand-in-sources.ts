/** Where the outputs of a node come from that was not run. */
export const standInSources = ['given', 'made', 'recorded'] as const
export type StandInSource = (typeof standInSources)[number]
