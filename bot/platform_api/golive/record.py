"""Our own record of a go_live: the platform has no call that tells whether one was made, nor one that shows its keys again (G-08).

One small file, mode 0600, for daemon and command line alike. It is written before the call is made: whoever finds it unfinished
knows that the call may have been carried out. It holds secrets and is read by nobody else.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from bot.domain.errors import NotSent
from bot.platform_api.scalars import number, text


@dataclass(frozen=True, slots=True)
class Note:
    """What is known of a session's go_live. `asked`: the answer has not come."""

    session: str
    state: Literal["asked", "live"]
    at: float
    server: str = field(default="", repr=False)
    key: str = field(default="", repr=False)
    whip: str = field(default="", repr=False)
    livekit_token: str = field(default="", repr=False)
    warning: str = ""


class Record:
    """The file. What cannot be read counts as asked: then nothing is repeated unasked."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __repr__(self) -> str:
        return f"Record({str(self.path)!r})"

    def read(self, session: str) -> Note | None:
        """What is noted of this session; another session's note says nothing."""
        try:
            found: Any = json.loads(self.path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        except (OSError, ValueError, RecursionError):
            return Note(session, "asked", 0.0)
        if not isinstance(found, dict) or found.get("session") != session:
            return None
        state: Literal["asked", "live"] = "live" if found.get("state") == "live" else "asked"
        words = {name: text(found.get(name), 8192) for name in ("server", "key", "whip", "livekit_token", "warning")}
        return Note(session, state, number(found.get("at")) or 0.0, **words)

    def write(self, note: Note) -> None:
        """Replaces the note as a whole. Raises NotSent when it cannot be written: then the call must not be made either."""
        new = self.path.with_name(f"{self.path.name}.new")
        try:
            handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump(asdict(note), file)
                file.flush()
                os.fsync(file.fileno())
            new.replace(self.path)
        except OSError as error:
            raise NotSent(f"the record of go_live cannot be written to {self.path} ({error.strerror}); set `record`") from None

    def forget(self) -> None:
        """The call was surely not carried out."""
        self.path.unlink(missing_ok=True)
