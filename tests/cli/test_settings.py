"""Reading config.toml: what is given, what is looked up, and how mistakes are told."""

from pathlib import Path

import pytest

from bot.cli.settings import load_config, secret_values
from bot.domain.errors import UsageError

EXAMPLE = Path(__file__).parents[2] / "config.example.toml"
ENV = {
    "BEESTREAMED_TOKEN_ID": "token-one",
    "BEESTREAMED_SECRET_KEY": "secret-two",
    "BEESTREAMED_WEBHOOK_SECRET": "secret-three",
    "USHER_ANNA": "secret-four",
}


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "config.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_example_is_valid() -> None:
    config = load_config(EXAMPLE, ENV)
    channel = config.channel[0]
    assert (channel.fastest_read, channel.slowest_read, channel.idle_read, channel.settle) == (0.25, 1.0, 15.0, 60.0)
    assert config.store.keep == 30 * 86400
    assert channel.secret_key.get_secret_value() == "secret-two"
    assert set(secret_values(config)) == set(ENV.values())


def test_secrets_do_not_show() -> None:
    config = load_config(EXAMPLE, ENV)
    assert not any(secret in repr(config) + str(config.model_dump()) for secret in ENV.values())


def test_a_secret_can_stand_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "key.txt").write_text("from-a-file\n", encoding="utf-8")
    config = load_config(write(tmp_path, '[[channel]]\nsecret_key = "file:key.txt"\n'))
    assert config.channel[0].secret_key.get_secret_value() == "from-a-file"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[bot]\nmood = 'act'\n", "unknown key 'bot.mood'; did you mean 'mode'?"),
        (
            "[[channel]]\nfastest_reed = '1s'\n",
            "config.toml:2: unknown key 'channel[0].fastest_reed'; did you mean 'fastest_read'?",
        ),
        ("[chanel]\n", "unknown key 'chanel'; did you mean 'channel'?"),
        ("[[channel]]\nsettle = 'soon'\n", "'soon' is no duration; write it like 250ms, 90s, 10m, 1h or 30d"),
        ("[control]\nport = 99999\n", "control.port"),
        ("[bot\n", "not valid TOML"),
        (
            "[[channel]]\nsecret_key = 'env:NOT_SET'\n",
            "channel[0].secret_key wants the environment variable NOT_SET, which is not set",
        ),
        ("[[channel]]\nsecret_key = 'file:nowhere'\n", "channel[0].secret_key wants the file"),
        ("[[channel]]\nname = 'a'\n[[channel]]\nname = 'a'\n", "two channels are called 'a'"),
        ("[control]\nusers = [{name = 'anna'}]\n", "'control.users[0].token' is missing"),
    ],
)
def test_mistakes_are_told_with_what_to_do(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(UsageError) as caught:
        load_config(write(tmp_path, text), {})
    assert told in str(caught.value)


def test_all_mistakes_come_at_once(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        load_config(write(tmp_path, "[bot]\nmood = 1\n[store]\nurls = 'x'\n"), {})
    assert len(str(caught.value).splitlines()) == 2


def test_no_file_says_how_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"copy config\.example\.toml"):
        load_config(tmp_path / "config.toml")
