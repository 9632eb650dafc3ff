/**
 * The variables of the app's theme, set on the panel instead of the page, so that nothing of the page around it changes.
 * `data-theme` on the page or on an element around the panel chooses; without it the system does.
 */
export function scopeTheme(css: string): string {
  const blocks = css.match(/^:root(\[data-theme="\w+"\])? \{[^}]*\}/gm) ?? []
  return blocks
    .map((block) => block.replace(/^:root(\[[^\]]*\])?/, (_, theme?: string) => `${theme ?? ''} .codenode`.trim()))
    .join('\n\n')
}
