"""What `usher doctor` says of services that rules may ask."""

from __future__ import annotations

from pathlib import Path

from bot.cli.services_check import TEXT, service_answers
from tests.cli.processes import FarStage, usher, write_config
from tests.services.house import a_service, section


async def test_one_that_answers_and_one_that_does_not() -> None:
    async with a_service() as scoring:
        level, text = await service_answers(section(scoring.url))
        assert (level, text.partition(";")[0]) == ("ok", f"service 'mood': “{TEXT}” has the score 0.10")
        scoring.how = "broken"
        assert await service_answers(section(scoring.url)) == ("bad", "service 'mood': it answered 500")


def test_the_doctor_asks_them(tmp_path: Path, far_stage: FarStage) -> None:
    config = Path(write_config(tmp_path, far_stage.url))
    nobody = '\n[[service]]\nname = "mood"\nurl = "http://127.0.0.1:9/score"\n'
    config.write_text(config.read_text(encoding="utf-8") + nobody, encoding="utf-8")
    done = usher("doctor", "--config", str(config))
    assert done.returncode == 1
    assert "✗ service 'mood': it cannot be reached: ClientConnectorError" in done.stdout
