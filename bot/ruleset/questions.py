"""Does a line ask something? With a question mark, or by its first words (English, German, Spanish, French). Pure.

Links have to be taken out before: a question mark inside a URL asks nothing.
"""

from __future__ import annotations

import re

_MARK = re.compile(r"[?？؟⁇⁈]")
_ASKED = re.compile(r"\w[^?？؟]{0,300}[?？؟⁇⁈]|¿\s*\w")
_AUX = "is|are|was|were|do|does|did|can|could|will|would|should|shall|may|might|has|have|had|am"
_WHO = "i|we|you|he|she|it|they|there|this|that|these|those|the|a|an|my|our|your|any|some|anyone|anybody|someone|somebody|everyone"
_OPENING = r"(?:(?:hi|hello|hey|ok|okay|so|and|but|also|sorry|please|question|q)\b[\s,:!-]*){0,3}"
_WH = "who|whom|whose|what|which|when|where|why|how"
_ENGLISH = re.compile(
    rf"^{_OPENING}(?:(?:{_WH})(?:'?s|'?re|'?ll|'?d)?\b(?:\W+\w+){{0,3}}?\W+(?:{_AUX})\b(?!\W*$)"
    rf"|(?:{_WH})(?:'s|'re|'ll|'d)\b|how\W+(?:to|come|about)\b|what\W+(?:about|if)\b"
    rf"|(?:{_AUX})(?:n't)?\W+(?:{_WHO})\b"
    r"|any(?:one|body)\W+(?:know|else|have|got|here|tried|seen|able)\b)",
    re.IGNORECASE,
)
_GERMAN = re.compile(
    r"^(?:wer|was|wann|wo|warum|wieso|weshalb|wie|welche[rsnm]?|woher|wohin)\W+(?:ist|sind|war|kann|können|soll|sollte|wird|werden|hat|"
    r"habe[nt]?|macht|geht|gibt|bekomm\w*|komm\w*|lange|viele?|oft)\b"
    r"|^(?:kann|könn(?:en|te|t)|gibt|ist|sind|hat|wird|werden|darf|soll(?:te)?)\W+(?:man|ich|wir|ihr|es|das|die|der|jemand|du|sie)\b",
    re.IGNORECASE,
)
_ROMANCE = re.compile(
    r"^(?:cómo|dónde|cuándo|quién|por qué|cuál|cuánt[oa]s?|est-ce que|comment|pourquoi|combien|quand est-ce|où est)\b",
    re.IGNORECASE,
)
_EXCLAIMS = re.compile(r"^(?:what\W+an?\b(?!.*\?)|how\W+(?:cool|nice|great|sad|funny|cute|sweet|awesome|lovely)\b)", re.IGNORECASE)


def is_question(text: str) -> bool:
    """True if it asks something.

    >>> is_question("How do I get the slides")
    True
    """
    plain = text.strip()[:2000]
    if _MARK.search(plain) and _ASKED.search(plain):
        return True
    if _EXCLAIMS.match(plain):
        return False
    return any(pattern.match(plain) for pattern in (_ENGLISH, _GERMAN, _ROMANCE))
