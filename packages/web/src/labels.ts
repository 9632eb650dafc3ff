/** All text that people read or hear, in one place. Grouped by where it stands; functions where a value is put in. */
export const labels = {
  app: { name: 'Codenode', skip: 'Skip to the content' },
  nav: { editor: 'Editor', runs: 'Runs', packages: 'Packages and isolation', reference: 'API', theme: 'Colours' },
} as const
