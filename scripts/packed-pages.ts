import path from 'node:path'

/**
 * A Markdown page as a package holds it. Its links to files lead to the same files in the package where `ships` says they are
 * there, else to those of the repository at `url`. Without an address the link's text stays, and a picture goes.
 *
 * `page`: its path from the root of the repository, by which its links are read, as `docs/cli.md`.
 */
export function toPackedPage(
  text: string,
  page: string,
  { ships, url }: { ships: (file: string) => boolean; url: string | undefined },
): string {
  const packed = text.replace(
    /(!?)\[([^[\]]*)\]\(([^)\s]+)\)/g,
    (whole, mark: string, label: string, target: string) => {
      if (/^([a-z]+:|#)/.test(target)) return whole
      const [file = '', anchor] = target.split('#')
      const place = path.posix.join(path.posix.dirname(page), file)
      if (ships(place)) return whole
      const rest = anchor === undefined ? '' : `#${anchor}`
      if (url !== undefined) return `${mark}[${label}](${url}/${mark === '!' ? 'raw' : 'blob'}/HEAD/${place}${rest})`
      return mark === '!' ? '' : label
    },
  )
  // Where pictures were.
  return packed.replace(/\n{3,}/g, '\n\n')
}
