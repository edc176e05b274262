"""What a made-up audience says. Pure: texts come from the random source handed in. All of it is invented for rehearsals.

The swear words are real ones: a rehearsal that swears politely proves nothing. None of them attacks people for what they are.
"""

from __future__ import annotations

from random import Random

from bot.rehearsal.audience_disguise import disguised

_TOPICS = (
    "the release",
    "the new editor",
    "caching",
    "the roadmap",
    "pricing",
    "the API",
    "migrations",
    "accessibility",
    "the demo",
)
_PLACES = ("Lisbon", "Scunthorpe", "Nairobi", "Essex", "Osaka", "Penistone", "Toronto", "Krakow", "Lima", "Sussex", "Graz")
_SMALL_TALK = (
    "Hello from {place}!",
    "Good to be here, watching from {place}",
    "{topic} looks really good",
    "I have been waiting for {topic}",
    "Nice slide about {topic}",
    "Sound is fine here in {place}",
    "Can confirm, {topic} works well for us",
    "Love {topic} :)",
    "Thanks for explaining {topic}",
    "That part about {topic} was new to me",
    "We tried {topic} last week, no trouble",
    "+1 for {topic}",
    "great point about {topic}",
    "hm, not sure about {topic} yet",
    "{topic} in one picture, neat",
    "is the recording of {topic} shared later?",
    "my colleagues in {place} will like {topic}",
    "haha, same with {topic} at our place",
)
# Innocent lines that careless filters hide.
_TRICKY = (
    "the class assignment about {topic} is in the docs",
    "a quick assessment of {topic} would help",
    "Dick Hardt gave a talk on {topic}",
    "shiitake risotto for lunch, then {topic}",
    "we analysed {topic} in the cockpit dashboard",
    "see https://example.com/docs for {topic}",
    "the file is called notes.txt, see {topic}",
    "passing arguments to {topic} is tricky",
    "our bass player asked about {topic}",
    "the basement in {place} has no wifi",
    "Hancock and Mishkin wrote about {topic}",
    "grass roots support for {topic}!",
)
_QUESTIONS = (
    "When will {topic} be available for everybody?",
    "How does {topic} behave with a slow connection?",
    "What is the upgrade path for {topic} from last year?",
    "Does {topic} work without an account?",
    "Is there a way to try {topic} before we decide?",
    "How do you test {topic} in your own team?",
    "Will {topic} stay free for schools?",
    "Which part of {topic} was the hardest to build?",
)
_SWEARS = ("fuck", "shit", "bullshit", "asshole", "dickhead", "wanker", "motherfucker", "bastard")
_SWEARING = (
    "what the {word}",
    "this is {word}",
    "{word}, not again",
    "who is the {word} that made {topic}",
    "oh {word} off",
    "you {word}",
    "{word}!! {topic} is broken again",
    "total {word} if you ask me",
)
_MILD = (
    "what the heck, {topic} crashed",
    "darn, I missed {topic}",
    "oh heck, the demo gods",
    "gosh darn it, again",
    "holy moly {topic}",
    "that is flipping great",
    "dang, {topic} is quick",
    "shoot, wrong window",
)
_SCAM = (
    "FREE coins for everybody at https://coins.example.net/claim",
    "I made 5000 a week from home, ask me how: www.rich.example.org",
    "claim your gift card now: gift-cards.example.net/win",
    "double your bitcoin today https://wallet.example.org/double",
    "hot singles near {place}: https://meet.example.net",
    "your account is locked, verify at https://login.example.net/verify",
)
_RAID = (
    "JOIN US AT https://raid.example.net NOW",
    "everybody come to https://raid.example.net !!",
    "raid.example.net is better than this",
)
_SHOUTING = (
    "WHY IS NOBODY TALKING ABOUT {topic}??",
    "CAN SOMEBODY PLEASE ANSWER MY QUESTION",
    "THIS IS THE BEST THING SINCE SLICED BREAD",
)
_FLOOD = ("first", "lol", "hey", "anyone", "??", "hello??", "wow", "ha")
_CHEERS = (
    "👏👏👏",
    "bravo!",
    "thank you so much!",
    "great talk, thanks",
    "🎉",
    "see you next year from {place}",
    "well done, all of you",
)
_GREETINGS = ("hello everybody!", "hi from {place}", "we are live!", "👋", "hey all", "good evening from {place}", "finally :)")
_COMMANDS = ("!agenda", "!agenda", "!help", "!agenda please")


def small_talk(dice: Random) -> str:
    """A friendly line; one in six is of the kind that careless filters hide."""
    return _filled(dice, dice.choice(_TRICKY if dice.random() < 0.17 else _SMALL_TALK))


def question(dice: Random) -> str:
    """A question that deserves an answer."""
    return _filled(dice, dice.choice(_QUESTIONS))


def swearing(dice: Random) -> str:
    """A swear word in a sentence, two times in three in disguise."""
    word = dice.choice(_SWEARS)
    shown = disguised(word, dice) if dice.random() < 0.67 else word
    return _filled(dice, dice.choice(_SWEARING).replace("{word}", shown))


def mild(dice: Random) -> str:
    """A word that some events mind and most do not."""
    return _filled(dice, dice.choice(_MILD))


def scam(dice: Random) -> str:
    """An advertisement for something that does not exist."""
    return _filled(dice, dice.choice(_SCAM))


def raid(dice: Random) -> str:
    """What raiders all write, with small differences."""
    return dice.choice(_RAID) + "!" * dice.randrange(4)


def shouting(dice: Random) -> str:
    """A long line in capitals."""
    return _filled(dice, dice.choice(_SHOUTING)).upper()


def flood_line(dice: Random) -> str:
    """One of many short lines."""
    return dice.choice(_FLOOD)


def cheer(dice: Random) -> str:
    """Applause."""
    return _filled(dice, dice.choice(_CHEERS))


def greeting(dice: Random) -> str:
    """The first words when it goes live."""
    return _filled(dice, dice.choice(_GREETINGS))


def command(dice: Random) -> str:
    """A command to the bot."""
    return dice.choice(_COMMANDS)


def advertisement(dice: Random) -> str:
    """What a parrot repeats."""
    return f"please check out my channel about {dice.choice(_TOPICS)}"


def _filled(dice: Random, text: str) -> str:
    return text.replace("{topic}", dice.choice(_TOPICS)).replace("{place}", dice.choice(_PLACES))
