/** What Codenode adds to the page of Swagger UI: the product's own bar on top, with the way back into the app. */
export const referenceTheme = {
  title: 'Codenode API',
  css: [{ filename: 'codenode.css', content: styles() }],
  js: [{ filename: 'codenode.js', content: script() }],
}

/** Its address is <base>/docs/static/theme/codenode.js, so the links hold below any base. */
function script(): string {
  return `const base = new URL('../../../', document.currentScript.src)
const at = (path) => new URL(path, base).pathname
const make = (tag, properties, ...children) => {
  const element = Object.assign(document.createElement(tag), properties)
  element.append(...children)
  return element
}
const link = (text, path) => make('a', { href: at(path) }, text)
const icon = make('img', { src: at('favicon.svg'), alt: '', width: 20, height: 20 })
const brand = make('a', { className: 'brand', href: at('') }, icon, 'Codenode')
const here = make('a', { href: at('docs') }, 'API')
here.setAttribute('aria-current', 'page')
const pages = make('nav', {}, link('Editor', ''), link('Runs', 'runs'), link('Packages and isolation', 'packages'), here)
pages.setAttribute('aria-label', 'Main')
document.body.prepend(make('header', { className: 'codenode' }, brand, pages))
for (const old of document.querySelectorAll('link[rel=icon]')) old.remove()
document.head.append(make('link', { rel: 'icon', type: 'image/svg+xml', href: at('favicon.svg') }))
// As chosen in the app; without a choice, as the system has it, which Swagger UI looks after itself.
const read = () => {
  try {
    return localStorage.getItem('codenode.theme')
  } catch {
    // Storage is forbidden: the same as no choice.
    return null
  }
}
const theme = read()
const isOurs = theme === 'light' || theme === 'dark'
const apply = () => document.documentElement.classList.toggle('dark-mode', theme === 'dark')
if (isOurs) {
  apply()
  new MutationObserver(() => {
    if (document.documentElement.classList.contains('dark-mode') !== (theme === 'dark')) apply()
  }).observe(document.documentElement, { attributeFilter: ['class'] })
}
`
}

function styles(): string {
  return `.codenode {
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  gap: 4px 12px;
  padding: 6px 12px;
  border-bottom: 1px solid #d5d9e0;
  background: #fff;
  font: 500 13px/1.5 system-ui, sans-serif;
}
.codenode a {
  padding: 6px 10px;
  border-radius: 6px;
  color: #505a69;
  text-decoration: none;
}
.codenode a:hover {
  background: #eef0f4;
}
.codenode a[aria-current] {
  background: #e7ecff;
  color: #3049c4;
}
.codenode .brand {
  display: flex;
  align-items: center;
  gap: 8px;
  padding-left: 0;
  color: #1b1f27;
  font-weight: 600;
}
html.dark-mode .codenode {
  border-color: #363c47;
  background: #1a1d23;
}
html.dark-mode .codenode a {
  color: #aab3c0;
}
html.dark-mode .codenode .brand {
  color: #e8eaee;
}
html.dark-mode .codenode a:hover {
  background: #262b34;
}
html.dark-mode .codenode a[aria-current] {
  background: #262f52;
  color: #9db2ff;
}
.codenode nav {
  display: flex;
  flex-wrap: wrap;
  gap: 2px;
}
/* It has the address of the document, and the logo of another project. */
.swagger-ui .topbar {
  display: none;
}
`
}
