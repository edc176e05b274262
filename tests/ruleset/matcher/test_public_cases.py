"""What the test suites of public word filters ask of a matcher, in our own words, with the shipped rules."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.cli.loading import load_ruleset
from bot.ruleset.conditions.wording import Wording
from bot.ruleset.logic import walk
from bot.ruleset.model import Ruleset

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def shipped() -> Ruleset:
    return load_ruleset(ROOT / "rules")


def found(ruleset: Ruleset, text: str) -> bool:
    """Would one of the rules about words find something that no allowed word covers?"""
    scan = ruleset.matcher.scan(text)
    for rule in (rule for rule in ruleset.rules if any("hide" in effect for effect in rule.do)):
        for part in walk(rule.condition):
            if isinstance(part, Wording) and part.key == "preset":
                permitted = [span for term in scan.found if term in part.allowed for span in scan.spans(term)]
                spans = [span for term in scan.found if term in part.terms for span in scan.spans(term)]
                if any(not any(start <= span[0] and span[1] <= end for start, end in permitted) for span in spans):
                    return True
    return False


FOUL = """
fuck | FUCK | Fuck you | what the fuck | fucking hell | motherfucker | you fucker | fuckface | clusterfuck | fucked up
f u c k | f.u.c.k | f-u-c-k | f_u_c_k | f*u*c*k | F U C K this | f/u/c/k | f~u~c~k | f  u  c  k | f. u. c. k.
fuuuuck | ffuucckk | fuckkkk | FuCk | fUUUck yOU | fuuuuuuuucking | sshhiitt | biiiitch | shiiiit | asssshole
fück | fúck | fůck | ƒuck | fυck | fцck | ｆｕｃｋ | 𝓯𝓾𝓬𝓴 | 𝕗𝕦𝕔𝕜 | 🄵🅄🄲🄺
ⓕⓤⓒⓚ | f\u200bu\u200bc\u200bk | fu\u00adck | f\u0336u\u0336c\u0336k | 🇫 🇺 🇨 🇰 | ɟnɔʞ | ʞɔnɟ | sʜiᴛ | ꜰᴜᴄᴋ | fսck
f*ck | f**k | fu*k | sh*t | b*tch | c*nt | f#ck | f@ck | sh!t | sh1t
$hit | 5hit | @$$hole | b1tch | bi7ch | 8itch | a55hole | d1ck | fvck | phuck
fuk | fuq | biatch | bastard | dickhead | wanker | cunt | slut | whore | bullshit
you piece of shit | holy shit | shitty | horse shit | son of a bitch | jack off | blow job | cock sucker | shit-faced | dipshit
nigger | n1gger | n i g g e r | faggot | f4ggot | retard | kike | chink | tranny porn | wetback
"""
FINE = """
class | glass | grass | pass | bass | assess | assassin | assume | assignment | passage
Scunthorpe | Penistone | Sussex | Essex | Middlesex | Cockermouth | Lightwater | Clitheroe | Matlock | Hancock
cocktail | peacock | hancock | cockpit | shuttlecock | dickens | Dickinson | Moby Dick | dictionary | addiction
analysis | analyst | canal | banal | analogue | titanic | title | constitution | institute | competition
therapist | therapists | grape | drape | scrape | skyscraper | Matsushita | shiitake | mishit | push it
grasshopper | embassy | cassette | harass | compass | hello | shell | hellenic | Michelle | shellfish
night | knight | snigger | niggardly | Nigeria | Niger delta | denigrate | country | county | account
saturate | mast | basement | mass effect | butter | button | butterfly | rebuttal | attribute | contribute
he'll do | she'll be | it's hit | wish it was | as soon | as sent | pass it | has hit | brass hat | an alternative
12345 | 3.14 | C++ | a$ap rocky | $5 | :) | <3 | https://example.com | user@example.test | 2x4
Fukuoka | Phuket | Takeshita | Fujitsu | Dikembe | Wang Li | Nguyen | Gayle | Cumbria | document
I am assigned to class 5A | what a cute button | the titles are fine | pass the bass guitar | let's discuss | shift key | ship it
duck | luck | truck
"""


def cases(table: str) -> list[str]:
    return [case.strip() for line in table.strip().splitlines() for case in line.split(" | ")]


@pytest.mark.parametrize("text", cases(FOUL))
def test_found(shipped: Ruleset, text: str) -> None:
    assert found(shipped, text)


@pytest.mark.parametrize("text", cases(FINE))
def test_left_alone(shipped: Ruleset, text: str) -> None:
    assert not found(shipped, text)
