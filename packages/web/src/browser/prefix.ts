/** Where the service is mounted that serves this page, such as `/codenode`; empty: at the root. The service writes it into the page. */
export function readPrefix(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="codenode-prefix"]')?.content ?? ''
}
