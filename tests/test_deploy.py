"""What stands in deploy/ is valid: by the schemas of Kubernetes, by systemd's own checks, and by our own settings."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
from ruamel.yaml import YAML

from bot.cli.settings import load_config

ROOT = Path(__file__).parents[1]
UNITS = sorted((ROOT / "deploy" / "systemd").iterdir())
MANIFESTS = sorted((ROOT / "deploy" / "kubernetes").glob("*.yaml"))
OLDEST = "1.29"
"""ReadWriteOncePod is for everybody since then."""
ANALYZE = shutil.which("systemd-analyze")


def documents(file: Path) -> list[dict[str, Any]]:
    return [one for one in YAML(typ="safe", pure=True).load_all(file.read_text("utf-8")) if one]


@pytest.mark.parametrize("version", [OLDEST, kubernetes_validate.latest_version()])
@pytest.mark.parametrize("file", MANIFESTS, ids=lambda file: file.name)
def test_manifests_are_of_their_schema(file: Path, version: str) -> None:
    for one in documents(file):
        kubernetes_validate.validate(one, version, strict=True)


@pytest.mark.parametrize("file", [file for file in MANIFESTS if file.name != "common.yaml"], ids=lambda file: file.name)
def test_pods_have_no_rights_they_do_not_need_and_a_configuration_that_is_one(file: Path, tmp_path: Path) -> None:
    found = documents(file)
    (workload,) = [one for one in found if one["kind"] in {"StatefulSet", "Deployment"}]
    pod = workload["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["automountServiceAccountToken"] is False
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    mounted = {mount["name"] for mount in container["volumeMounts"]}
    claimed = {claim["metadata"]["name"] for claim in workload["spec"].get("volumeClaimTemplates", [])}
    assert mounted == {volume["name"] for volume in pod["volumes"]} | claimed
    (config,) = [one for one in found if one["kind"] == "ConfigMap"]
    (secret,) = [one for one in documents(ROOT / "deploy" / "kubernetes" / "common.yaml") if one["kind"] == "Secret"]
    for name, value in secret["stringData"].items():
        (tmp_path / name).write_text(value)
    here = tmp_path / "config.toml"
    here.write_text(config["data"]["config.toml"].replace("/run/secrets/usher", str(tmp_path)))
    settings = load_config(here, {"HOSTNAME": "usher-1"})
    assert settings.control.port == container["ports"][0]["containerPort"]


@pytest.mark.skipif(ANALYZE is None, reason="systemd-analyze is not installed: units are not checked here")
def test_units_are_understood_by_systemd(tmp_path: Path) -> None:
    assert ANALYZE is not None
    for unit in UNITS:
        text = unit.read_text("utf-8").replace("/opt/usher/bin/usher", "/bin/true")
        (tmp_path / unit.name).write_text(text, encoding="utf-8")
    command = [ANALYZE, "verify", "--man=no", *(str(tmp_path / unit.name) for unit in UNITS)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)  # noqa: S603 - our own command
    told = [line for line in done.stderr.splitlines() if "usher" in line]
    assert (done.returncode, told) == (0, [])


@pytest.mark.skipif(ANALYZE is None, reason="systemd-analyze is not installed: units are not checked here")
@pytest.mark.parametrize("unit", [unit for unit in UNITS if unit.suffix == ".service"], ids=lambda unit: unit.name)
def test_units_expose_little(unit: Path, tmp_path: Path) -> None:
    assert ANALYZE is not None
    command = [ANALYZE, "security", "--offline=true", "--threshold=30", str(unit)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)  # noqa: S603 - our own command
    assert done.returncode == 0, done.stdout[-300:]
