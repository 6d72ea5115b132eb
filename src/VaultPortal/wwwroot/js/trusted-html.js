// Blazor sets static parts of components as HTML, from text that was compiled into the server. This lets them through where Trusted
// Types are asked for, as long as nothing in them could run; anything else is reported. Nobody else sets HTML.
(() => {
  const active = /<(?:script|iframe|object|embed|base|meta)\b|<[^>]*[\s/"'](?:on[a-z]+|srcdoc)\s*=|j\s*a\s*v\s*a\s*s\s*c\s*r\s*i\s*p\s*t\s*:|&#/i;
  window.trustedTypes?.createPolicy("default", { createHTML: (html) => (active.test(html) ? null : html) });
})();
