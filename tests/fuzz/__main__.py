"""`python -m tests.fuzz [SECONDS]`: every target for so long with Hypothesis and, where it is installed, with atheris.

atheris keeps its own coverage and writes what made a target raise to `crash-*`; Hypothesis shrinks what it finds.
Exit code 1: something escaped.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as seeded

from tests.fuzz.targets import SEEDS, TARGETS, WORDS
from tests.fuzz.test_targets import inputs

_ATHERIS = """
import sys, atheris
with atheris.instrument_imports(include=["bot"]):
    from tests.fuzz.targets import TARGETS
target = TARGETS[sys.argv.pop(1)]
atheris.Setup(sys.argv, target)
atheris.Fuzz()
"""


def main() -> int:
    """All targets; how many failed."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 60.0
    failed = 0
    for name in TARGETS:
        failed += _by_hypothesis(name, seconds)
        failed += _by_atheris(name, seconds) if find_spec("atheris") else 0
    if not find_spec("atheris"):
        print("atheris has no package for this Python: Hypothesis only")
    return min(failed, 1)


def _by_hypothesis(name: str, seconds: float) -> int:
    deadline, tried, round_ = time.monotonic() + seconds, 0, 0
    while time.monotonic() < deadline:
        round_ += 1

        @seeded(round_)
        @settings(
            max_examples=500,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate, Phase.shrink],
        )
        @given(inputs(name))
        def run(data: bytes) -> None:
            nonlocal tried
            tried += 1
            TARGETS[name](data)

        try:
            run()
        except Exception as error:
            print(f"{name}: Hypothesis, seed {round_}: {type(error).__name__}: {error}", *getattr(error, "__notes__", ()))
            return 1
    print(f"{name}: Hypothesis, {tried} inputs, none escaped")
    return 0


def _by_atheris(name: str, seconds: float) -> int:
    with tempfile.TemporaryDirectory() as folder:
        words = Path(folder) / "words"
        words.write_text("".join(f'"{_escaped(word)}"\n' for word in WORDS[name]), encoding="ascii")
        corpus = Path(folder) / "corpus"
        corpus.mkdir()
        for number, seed in enumerate(SEEDS[name]):
            (corpus / str(number)).write_bytes(seed)
        limits = [
            "-rss_limit_mb=2048",
            "-timeout=10",
            f"-max_total_time={int(seconds)}",
            f"-dict={words}",
            f"-artifact_prefix={folder}/",
        ]
        command = [sys.executable, "-c", _ATHERIS, name, *limits, str(corpus)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own command
        last = [line for line in done.stderr.splitlines() if "exec/s" in line][-1:]
        found = [file.read_bytes() for file in Path(folder).glob("crash-*")] + [
            file.read_bytes() for file in Path(folder).glob("timeout-*")
        ]
    if done.returncode:
        print(f"{name}: atheris: {done.stdout[-1500:]}{done.stderr[-1500:]}\n{found!r}")
        return 1
    print(f"{name}: atheris, {' '.join(last)[:100]}, none escaped")
    return 0


def _escaped(word: str) -> str:
    return "".join(f"\\x{byte:02x}" for byte in word.encode("utf-8", "surrogatepass"))


if __name__ == "__main__":
    sys.exit(main())
