"""The tables of a report: their names, their columns, and what each means. Files, page and manual follow this place.

A cell is a plain value; times are seconds since 1970 here and are written as ISO 8601 in UTC. None is an empty cell: not known, or
(with `aggregate`) a group too small to be told.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

Cell = str | int | float | bool | None | Mapping[str, object] | Sequence[object]
Row = tuple[Cell, ...]
Kind = Literal["word", "text", "number", "time"]
"""`text` was written by people and is made safe everywhere; `word` is ours."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column."""

    name: str
    means: str
    kind: Kind = "word"


@dataclass(frozen=True, slots=True)
class Table:
    """One file of the report, one section of the page."""

    name: str
    one_row_per: str
    columns: tuple[Column, ...]
    personal: bool = False
    """Its rows are about single people: empty with `aggregate`."""

    def at(self, column: str) -> int:
        """The place of a column."""
        return [one.name for one in self.columns].index(column)


def _words(**columns: str) -> tuple[Column, ...]:
    return tuple(Column(name, means) for name, means in columns.items())


def _texts(**columns: str) -> tuple[Column, ...]:
    return tuple(Column(name, means, "text") for name, means in columns.items())


def _numbers(**columns: str) -> tuple[Column, ...]:
    return tuple(Column(name, means, "number") for name, means in columns.items())


def _times(**columns: str) -> tuple[Column, ...]:
    return tuple(Column(name, means, "time") for name, means in columns.items())


_PERSON = _texts(
    person="who: the e-mail, else `name:` and the name; with `hashed` a pseudonym, the same in every file of the event"
)

SUMMARY = Table(
    "summary",
    "event",
    (
        *_words(event="the platform's ref of the event"),
        *_texts(title="its title"),
        *_words(status="its last known status", zone="its time zone", names="named, hashed or aggregate"),
        *_times(began="when it went live; if that was not seen, the first thing that happened"),
        *_times(ended="the last thing that happened: message, vote or act"),
        *_numbers(
            minutes="from began to ended",
            signups="people who signed up, as the platform last said",
            peak_viewers="most viewers at once",
            attendees="people who wrote, asked, voted or played",
            unique_chatters="people who wrote in the chat",
            messages="lines in the chat, without the bot's own",
            hidden="chat lines that are hidden at the end",
            bot_lines="lines the bot posted",
            questions="questions asked",
            questions_answered="of them answered",
            median_answer_seconds="median time from asking to being marked answered",
        ),
        *_words(questions_by_state="state: number"),
        *_numbers(
            polls_held="polls that were open and counted, without quiz questions",
            votes="votes counted in them",
            quizzes="quizzes that were played to the end",
            quiz_players="people who answered in them",
            acts="decisions of rules that did something",
            acts_undone="of them taken back by a person",
        ),
        *_words(acts_by_rule="rule: number, and how many were undone"),
        *_numbers(
            exposure_count="hidden messages whose exposure is known",
            exposure_p50="seconds a hidden message could be seen: half were faster",
            exposure_p95="95 in 100 were faster",
            exposure_p99="99 in 100 were faster",
            outages="stretches in which something did not work",
            outage_seconds="how long they were together",
        ),
        *_words(outages_listed="what, since when, how long"),
        *_numbers(score_mean="mean engagement score of the attendees"),
        *_words(viewers_by_minute="the curve of viewers, a number for each row of timeseries"),
        *_words(chat_by_minute="the curve of chat lines, a number for each row of timeseries"),
    ),
)

ATTENDEES = Table(
    "attendees",
    "person who wrote, asked, voted or played",
    (
        *_PERSON,
        *_texts(name="the newest name they gave", email="their e-mail"),
        *_times(first_seen="their first line, question or vote", last_seen="their last"),
        *_numbers(
            messages="chat lines",
            hidden="of them hidden at the end",
            questions="questions asked",
            questions_answered="of them answered",
            polls_answered="polls they voted in",
            polls_held="polls that were held",
            quiz_points="points in all quizzes",
            quiz_most="points that could be had",
            quiz_right="right answers",
            score="engagement score, 0 to 100; empty if there was nothing to take part in",
            score_polls="its part for polls, 0 to 1; empty: no poll was held, the part does not count",
            score_quiz="its part for quizzes, 0 to 1",
            score_chat="its part for the chat, 0 to 1",
            score_questions="its part for questions, 0 to 1",
        ),
    ),
    personal=True,
)

POLLS = Table(
    "polls",
    "vote that was counted",
    (
        *_words(poll="which poll and run: role#1"),
        *_numbers(entry="the platform's id of the vote", index="the option as the platform counts it"),
        *_PERSON,
        *_texts(name="the name given with the vote"),
        *_numbers(option_number="the option, the first is 1; empty: the vote points at no option"),
        *_texts(option="the option's words"),
        *_times(at="when the platform took it"),
        *_words(last="yes: this person's last vote in this poll"),
    ),
    personal=True,
)

POLL_RESULTS = Table(
    "poll_results",
    "option of each poll, those without votes included",
    (
        *_words(
            poll="which poll and run: role#1",
            type="choice or quiz_question",
            state="closed, archived, void, failed or as it stands",
        ),
        *_texts(question="what was asked"),
        *_numbers(option_number="the first is 1"),
        *_texts(option="its words"),
        *_words(right="quiz questions: yes for a right answer"),
        *_numbers(
            votes="votes for it; what the bot posted counts these",
            percent="share of the votes for an option, rounded half up",
            people="people whose last vote it is",
            votes_in_all="all votes of the poll, those for no option included",
            people_in_all="people among them",
            no_option="votes that point at no option",
            index_base="0 or 1: how the platform numbers the first option; empty: not known, the result is provisional",
        ),
        *_times(opened="when it was opened", closed="when it was closed"),
        *_words(
            digest="SHA-256 of the poll's rows in the file polls, see docs/reports.md; empty: its votes are not in the file",
            counted_digest="SHA-256 kept when the votes were counted (named only)",
            recount="agrees: the rows give the posted numbers and the digest kept then; differs; unknown: no rows",
        ),
        *_texts(why="why it has no result"),
    ),
)

QUIZ = Table(
    "quiz",
    "person of each quiz",
    (
        *_words(quiz="which quiz and run: recap#1"),
        *_PERSON,
        *_texts(name="the name given with the answers"),
        *_numbers(
            place="equal points share a place",
            points="points reached",
            most="points that could be had; a question that could not be held is left out",
            right="right answers",
            answered="questions answered",
            score="points of most, 0 to 100",
        ),
    ),
    personal=True,
)

QUESTIONS = Table(
    "questions",
    "question",
    (
        *_numbers(number="the number the team knows it by"),
        *_words(ref="the platform's ref", surface="qa, or chat if it was promoted from there"),
        *_times(asked="when"),
        *_PERSON,
        *_texts(name="who asked"),
        *_texts(text="the question"),
        *_words(
            state="new approved queued answering answered follow_up declined duplicate archived hidden", status="on the platform"
        ),
        *_numbers(asked_by="people who asked it, duplicates that were merged into it included", merged_into="number"),
        *_times(answered="when it was marked answered"),
        *_numbers(seconds_to_answer="from asking to that"),
    ),
    personal=True,
)

CHAT = Table(
    "chat",
    "chat message",
    (
        *_words(ref="the platform's ref"),
        *_times(at="when it was posted"),
        *_PERSON,
        *_texts(name="the name shown", text="the message"),
        *_words(
            bot="yes: posted by the bot",
            status="public or hidden at the end, or deleted",
            decision="the newest decision about it: hide hold approve archive none",
            rules="rules that made it",
            who="who made it",
        ),
        *_numbers(exposure="hidden messages: seconds for which it could be seen"),
    ),
    personal=True,
)

TIMESERIES = Table(
    "timeseries",
    "minute",
    (
        *_times(minute="its beginning"),
        *_numbers(
            messages="chat lines, without the bot's own",
            chatters="people who wrote them",
            hidden="of them hidden at the end",
            questions="questions asked",
            votes="votes in polls",
            bot_lines="lines the bot posted",
            viewers="most viewers; empty: not known",
            signups="signups so far; empty: not known",
        ),
    ),
)

ACTIONS = Table(
    "actions",
    "act",
    (
        *_times(at="when it was decided"),
        *_words(
            what="hide, show, approve, archive, post, open poll, strike …", target="the message, poll, event or stream it is about"
        ),
        *_texts(detail="the words that were posted or asked"),
        *_words(who="rule NAME, person NAME, poll NAME …, platform (a person there) or timer"),
        *_texts(why="reason, and what the rule saw"),
        *_words(result="done, done and seen, recorded, waiting, failed, expired, cancelled, parked, unknown"),
        *_texts(problem="why it was not done"),
        *_times(sent="when it was first sent", done="when the platform accepted it", seen="when a read showed it"),
        *_words(decision="the decision's id", undone_by="who took it back", undone_with="the decision that did"),
    ),
)

STREAMS = Table(
    "streams",
    "livestream that was started or seen on air",
    (
        *_words(stream="its name in the configuration", platform="where it is", status="as last seen"),
        *_times(started="first seen on air", ended="stopped, or the event was over"),
        *_numbers(
            drops="times the picture went unasked",
            seconds_lost="how long it was gone, together",
            runs="runs that the platform counted; this and what follows is empty where it does not say",
            seconds_on_air="seconds with a picture, as the platform counts them",
            seconds_watched="seconds of all viewers together, as the platform counts them",
            views="views, as the platform counts them",
            most_viewers="most viewers at once",
        ),
        *_texts(note="what the platform said, and what to keep in mind"),
    ),
)

TABLES: Mapping[str, Table] = {
    table.name: table for table in (SUMMARY, ATTENDEES, POLLS, POLL_RESULTS, QUIZ, QUESTIONS, CHAT, TIMESERIES, STREAMS, ACTIONS)
}
