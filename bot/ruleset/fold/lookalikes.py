"""Which letters a character can be taken for by its look.

What NFKC, the removal of marks and the character's own Unicode name say (full width, mathematical, enclosed, accents, strokes,
small capitals) is worked out in characters.py; here stands only what must be known by eye. The single-letter part agrees with
Unicode's confusables; what people use although the consortium does not list it (Cyrillic и for n, з for e, Greek η for n, turned
letters) is ours. Keys are Latin letters, values the lower-case characters that can stand for them.
"""

from __future__ import annotations

LOOKS: dict[str, str] = {
    "a": "аαɑ⍺ꭺᗅꓮлдλδ∆ลคäªꮧ",
    "b": "ьвβъбßɓʙᏼᏴᑲᗷꓐыɞѣ฿♭ҍ",
    "c": "сϲⲥꮯᏟꓚς©ⅽ൦ҫєсʗ⊂",
    "d": "ԁꮷᏧᑯꓒꭰᗞᗪꓓðđժδ∂ɖ",
    "e": "еҽє℮ε⋿ⴹꭼꓰзэё∑ξєǝɘℯҿ૯",
    "f": "ғϝꞙẝքꓝᖴſƒфғ₣",
    "g": "ցԍɡᶃꮐᏳꓖɢգɠ9ǥջ",
    "h": "һհꮒηⲏнꮋᕼꓧћђዘℏ",
    "i": "іιɩɪꙇӏꭵꭲ¡⍳ιїí༏",
    "j": "јϳյꭻꓙᒍʝ",
    "k": "кκⲕꮶᛕꓗĸќҟκ₭",
    "l": "ӏλιⅼ∣￨۱Ɩǀⲓⵏᛁꓲⳑꮮᒪꓡιɭ£լ₺ℓ",
    "m": "мμϻⲙꮇᗰᛖꓟ๓௱ო",
    "n": "ոռηνиⲛꓠпηйлπᑎภηɳղո₦",
    "o": "оοσօသዐഠ๐၀੦੦૦௦౦೦൦ჿⲟꓳϙθфδө□○◯●⭕⚫⚪🔴🔵ॐºⵔଠ๏ѳ",
    "p": "рρϱⲣꮲᑭꓑ⍴þπթ₱ק",
    "q": "ԛգզⵕՎǫҩ",
    "r": "гγꭱꮢᴦⲅᖇꓣяʀгѓґր®ɾɼ",
    "s": "ѕꜱꮪꓢƽꮥ§ѕςσʂ∫ട",
    "t": "тτⲧꭲꓔ⊤⟙ʇᎢ†✝✞✟ţτե₮",
    "u": "υսʋцμաሀ∪⋃ꓴᑌυμบยʉµцน",
    "v": "ѵνᴠⴸꮩᐯꓦ∨⋁√ⅴν۷ง",
    "w": "ԝѡաωшщꮃꓪѿฬɯพ₩ωѱψ",
    "x": "хχⲭꓫ×⨯ᕁ᙭╳ж❌✖✗✘✕☓ⅹχҳ",
    "y": "уүγⲩꮍꓬყυ¥ўɣчүʎץ",
    "z": "ꮓꓜζᴢʐჳzƶ",
}

CLOSE = frozenset("асеорхуѕіјһԁкмтвнгѵԝԛӏαορνυικτχεηβ")
"""Cyrillic and Greek letters so like Latin ones that a word made of nothing else may be read as Latin. Any other look-alike of a
living alphabet counts only beside a Latin letter or among Latin words, or Russian and Greek would be full of finds."""

DIGITS: dict[str, str] = {
    "0": "o",
    "1": "il",
    "2": "zs",
    "3": "e",
    "4": "a",
    "5": "s",
    "6": "gb",
    "7": "tl",
    "8": "b",
    "9": "gq",
}

SYMBOLS: dict[str, str] = {
    "@": "a",
    "$": "s",
    "!": "il",
    "|": "il",
    "+": "t",
    "(": "c",
    "<": "c",
    "[": "c",
    "{": "c",
    "€": "e",
    "£": "le",
    "¥": "y",
    "¢": "c",
    "#": "h",
    "^": "a",
    "%": "o",
    "°": "o",
    "💲": "s",
    "💰": "s",
    "ℹ": "i",
}

GLYPHS: dict[str, str] = {
    "|-|": "h",
    "]-[": "h",
    "}{": "h",
    "/-\\": "a",
    "/\\": "a",
    "\\/": "v",
    "\\/\\/": "w",
    "|/\\|": "w",
    "/\\/\\": "m",
    "|\\/|": "m",
    "/v\\": "m",
    "^^": "m",
    "|\\|": "n",
    "/\\/": "n",
    "|_|": "u",
    "(_)": "u",
    "|=": "f",
    "|>": "p",
    "|*": "p",
    "|)": "d",
    "[)": "d",
    "|}": "d",
    "|3": "b",
    "|<": "k",
    "|{": "k",
    "|(": "k",
    "()": "o",
    "[]": "o",
    "<>": "o",
    "><": "x",
    "|_": "l",
    "`/": "y",
    "ph": "f",
    "vv": "w",
    "\\|/": "w",
    "_|": "j",
    "'/": "y",
    "rn": "m",
}
"""Several characters drawn as one letter; keys in the plain (lower-case) form."""

TURNED: dict[str, str] = {
    "ɐ": "a",
    "ɔ": "co",
    "ǝ": "e",
    "ɟ": "f",
    "ƃ": "g",
    "ᵷ": "g",
    "ɓ": "g",
    "ɥ": "h",
    "ᴉ": "i",
    "ɾ": "j",
    "ʞ": "k",
    "ʃ": "l",
    "ꞁ": "l",
    "ן": "l",
    "ɯ": "m",
    "ɹ": "r",
    "ʇ": "t",
    "ʌ": "v",
    "ʍ": "w",
    "ʎ": "y",
    "∀": "a",
    "ᗺ": "b",
    "ↄ": "c",
    "ᗡ": "d",
    "◖": "d",
    "ⅎ": "f",
    "⅁": "g",
    "ʜ": "h",
    "ꓘ": "k",
    "⋊": "k",
    "⅂": "l",
    "˥": "l",
    "ᴚ": "r",
    "┴": "t",
    "⊥": "t",
    "∩": "u",
    "⅄": "y",
    "ɘ": "e",
    "ꟻ": "f",
    "ʁ": "r",
    "ƨ": "s",
}
"""Letters standing on their head or mirrored. Where one of them stands, n may be u, p may be d, and the word may run backwards."""

FLIPPED: dict[str, str] = {"n": "u", "u": "n", "p": "d", "d": "p", "b": "q", "q": "b", "m": "w", "w": "m", "6": "g", "9": "g"}
"""Plain letters that look like another one when turned, for words in which some letter is turned."""

SOUNDS: dict[str, str] = {"v": "u", "z": "s", "c": "k", "x": "k", "q": "k", "k": "c"}
"""Letters written for another because they sound or look alike: fvck, azz, fucc."""
