"""What is remembered: drafts change nothing below them."""

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.history import Draft, History, Remembered

KEYS = st.tuples(st.sampled_from(["strikes", "rate"]), st.sampled_from("abc"))
MOVES = st.lists(st.tuples(KEYS, st.one_of(st.none(), st.integers())))


@given(MOVES, MOVES)
def test_a_draft_reads_like_the_history_it_becomes(
    first: list[tuple[tuple[str, str], int | None]], second: list[tuple[tuple[str, str], int | None]]
) -> None:
    history = History()
    history.apply({key: None if value is None else Remembered(value) for key, value in first})
    before = {key: history.get(*key) for key, _ in first}
    draft = Draft(Draft(history))
    for key, value in second:
        if value is None:
            draft.drop(*key)
        else:
            draft.put(key, value)
    seen = {key: draft.get(*key) for key, _ in first + second}
    kinds = {key: item.value for key, item in draft.of_kind("strikes")}
    assert before == {key: history.get(*key) for key, _ in first}
    history.apply(draft.changes)
    assert seen == {key: history.get(*key) for key, _ in first + second}
    assert kinds == {key: item.value for key, item in history.of_kind("strikes")}


def test_what_is_past_its_time_is_forgotten() -> None:
    history = History({("rate", "a"): Remembered(1, 10.0), ("rate", "b"): Remembered(2, None), ("rate", "c"): Remembered(3, 20.0)})
    assert history.forget_before(15.0) == 1
    assert (history.get("rate", "a"), history.get("rate", "b"), history.get("rate", "c")) == (None, 2, 3)
