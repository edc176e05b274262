"""A stage as a process of its own, a configuration that leads there, and the command as a process."""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.stage import SECRET_KEY, TOKEN_ID

RULES = "rules:\n  - { id: swearing, if: { word: heck }, do: [ hide ] }\n"


@dataclass(frozen=True, slots=True)
class FarStage:
    """A stage in another process, reached through its admin door."""

    url: str

    def ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """One call of the admin door; its JSON answer."""
        connection = http.client.HTTPConnection(self.url.removeprefix("http://"), timeout=10)
        try:
            connection.request(method, f"/stage-admin/{path}", json.dumps(body or {}), {"Content-Type": "application/json"})
            return json.load(connection.getresponse())
        finally:
            connection.close()


@contextmanager
def a_far_stage() -> Iterator[FarStage]:
    """It has one live event, `show`."""
    command = [sys.executable, "-m", "bot.stage", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own command
        assert process.stdout is not None
        try:
            stage = FarStage(json.loads(process.stdout.readline())["url"])
            stage.ask("POST", "events", {"ref": "show", "title": "Show", "status": "live", "chat": True, "qa": True})
            yield stage
        finally:
            process.kill()


def write_config(folder: Path, url: str, *, token: str = TOKEN_ID, port: int = 0, follow: str = "show") -> Path:
    """A configuration and a rule folder; the path of the configuration."""
    rules = folder / "rules"
    rules.mkdir(exist_ok=True)
    (rules / "chat.yaml").write_text(RULES, encoding="utf-8")
    text = f"""
[[channel]]
base_url = "{url}"
token_id = "{token}"
secret_key = "{SECRET_KEY}"
follow = ["{follow}"]
rules = "{rules}"
[store]
url = "sqlite:{folder / "usher.db"}"
[control]
port = {port}
users = [ {{ name = "anna", role = "admin", token = "fake-admin" }} ]
"""
    path = folder / "config.toml"
    path.write_text(text, encoding="utf-8")
    return path


def usher(*arguments: object, within: float = 60.0) -> subprocess.CompletedProcess[str]:
    """The command as a process; never a traceback."""
    command = [sys.executable, "-m", "bot", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=within, check=False)  # noqa: S603 - our own command
    assert "Traceback" not in done.stderr, done.stderr
    return done
