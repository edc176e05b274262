"""Does a line ask something? With a question mark, or by its words (English as chats write it, German, Spanish, French). Pure.

Links have to be taken out before: a question mark inside a URL asks nothing. A line that only ends in "right?" or the like after
saying something for itself does ask; one that shouts ("DREAM!!!!?!") or that tells what somebody asked does not.
"""

from __future__ import annotations

import re

_MARK = re.compile(r"[?？؟⁇⁈]")
_ASKED = re.compile(r"\w[^?？؟⁇⁈!]{0,300}[?？؟⁇⁈]|¿\s*\w")
_RHETORICAL = re.compile(r"\b(?:am\s?i\s?right|innit|eh)\b[^?\w]*(?:guys|folks|lads|chat|everyone)?\W*\?", re.IGNORECASE)
_AUX = "is|are|r|was|were|do|does|did|can|could|will|would|should|shall|may|might|has|have|had|am|gonna"
_NOT_AUX = "isn|aren|wasn|weren|don|doesn|didn|couldn|won|wouldn|shouldn|hasn|haven"
_WHO = "i|we|you|u|ya|he|she|it|they|there|this|that|these|those|the|a|an|my|our|your|ur|any|some|"
_WHO += "anyone|anybody|someone|somebody|everyone"
_SUBJECT = "i|we|you|he|she|it|they|this|that|there"
_HAIL = "hi|hello|hey|yo|ok|okay|so|and|but|also|or|sorry|please|question|q|wait|lol|still|now"
_HAIL += "|bro|dude|guys|folks|all|everyone|team|chat"
_OPENING = rf"(?:(?:{_HAIL})\b[\s,:!.-]*){{0,3}}"
_ADDRESS = r"(?:@?[\w-]{1,24}(?:\[\w*\])?\s?[:,]\s+|@[\w-]{1,24}\s+)?"
_WH = "who|whom|whose|what|wat|which|when|where|why|how"
_CURSE = r"(?:\W+(?:the|tf|on)\W+\w+|\W+tf)?"
_ENGLISH = re.compile(
    rf"^{_ADDRESS}{_OPENING}(?!which,|(?:when|where)\W+(?:{_SUBJECT})\W+(?:{_AUX})\b)(?:(?:{_WH})(?:'?s|'?re|'?ll|'?d)?\b(?:\W+\w+){{0,3}}?\W+(?:{_AUX})\b(?!\W*$)"
    rf"|(?:{_WH})(?:'s|s|'re|'ll|'d)\b(?!\W*$)|how\W+(?:to|come|about|long|many|much|old|far|often)\b|what\W+(?:about|if|time)\b"
    rf"|(?!do\W+(?:it|the|an?|this|that|my|your|some)\b)(?:{_AUX})(?:n't)?\W+(?:{_WHO})\b"
    r"|(?:is|are|does)\W+(?!(?:not|what|why|so|very|really|amazing|great|good|nice)\b)[\w-]+\W+\w+\W+\w+"
    rf"|(?:{_NOT_AUX})'?t\W+(?:{_WHO})\b"
    r"|who\W+(?:else|plays?|knows?|wants?|has|made|won|said|did|wrote|told)\b"
    r"|any(?:one|body)\W+(?:know|else|have|got|here|tried|seen|able|using|used|from|up)\b|any\W+(?:idea|ideas|chance|way|news|update)\b"
    r"|what\W+(?:do|did)\W+people\b)",
    re.IGNORECASE,
)
_LATER = re.compile(
    rf"(?:[,.:;!]\s+|\b(?:but|so|and|then|now|wait)\s+)(?:(?:who\W+else|why|how|what|when|where){_CURSE}\W+(?:{_AUX})\W+(?:{_WHO})\b"
    rf"|who\W+else\W+(?:{_AUX})\b|who\W+\w+s\W+the\b|how\W+(?:much|many|long)\W+(?:{_AUX})\b|what\W+(?:you|u)\W+mean\b|is\W+there\W+an?y?\b|does\W+any(?:one|body)\b|can\W+(?:you|u|some\W?one|any\W?one)\b)",
    re.IGNORECASE,
)
_CALLED = re.compile(
    r"^(?:[\w@-]+\s+){1,2}(?:how|what|why|when|where)(?:\W+\w+)??\W+(?:do|does|did|are|r|is)\W+(?:you|u|we|they)\b",
    re.IGNORECASE,
)
_TOLD = re.compile(r"^(?:i|we|you|u|they|he|she|it|this|that|thats|that's|these|no|yes|yeah)\b", re.IGNORECASE)
_SHORT = re.compile(
    r"^(?:how\W+(?:long|much|many|far|old|so)|why(?:\W+(?:not|this|that|so|me|though|tho|is|are|the)\b.{0,20})?|where(?:\W+\w+)?|"
    r"when\W+(?:is|are|u|you|we)\W+(?:gonna|going|\w+ing|it|that)\b.{0,20})\W*$",
    re.IGNORECASE,
)
_GERMAN = re.compile(
    r"^(?:wer|was|wat|wann|wo|warum|wieso|weshalb|wie|welche[rsnm]?|woher|wohin)\W+(?:ist|sind|war|kann|können|soll|sollte|wird|werden|hat|"
    r"habe[nt]?|macht|geht|gibt|bekomm\w*|komm\w*|find\w*|lange|viele?|oft)\b"
    r"|^(?:kann|könn(?:en|te|t)|gibt|ist|sind|hat|wird|werden|darf|soll(?:te)?)\W+(?:man|ich|wir|ihr|es|das|die|der|jemand|du|sie)\b",
    re.IGNORECASE,
)
_ROMANCE = re.compile(
    r"^(?:(?:hola|bonjour|salut)\W+)?(?:cómo|dónde|cuándo|quién|por qué|cuál|cuánt[oa]s?|alguien\W+(?:sabe|habla|tiene|puede)|"
    r"est-ce que|comment|pourquoi|combien|quand est-ce|où est|quelqu'un\W+(?:sait|a|peut))\b",
    re.IGNORECASE,
)
_EXCLAIMS = re.compile(
    r"^(?:what\W+an?\b(?!.*\?)|what\W+the\b(?!.*\?)|how\W+(?:cool|nice|great|sad|funny|cute|sweet|awesome|lovely)\b|who\W+cares\b)",
    re.IGNORECASE,
)
_PATTERNS = (_ENGLISH, _SHORT, _GERMAN, _ROMANCE)


def is_question(text: str) -> bool:
    """True if it asks something.

    >>> is_question("How do I get the slides"), is_question("what a show"), is_question("techno how do u feel about that")
    (True, False, True)
    """
    plain = text.strip().lstrip("\u200b\u2060\ufeff")[:2000]
    if _MARK.search(plain) and _ASKED.search(plain) and not _RHETORICAL.search(plain):
        return True
    if _EXCLAIMS.match(plain):
        return False
    if any(pattern.match(plain) for pattern in _PATTERNS) or _LATER.search(plain):
        return True
    return _CALLED.match(plain) is not None and _TOLD.match(plain) is None
