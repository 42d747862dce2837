"""The files of a deployment, read for the tests of this folder."""

import re
from pathlib import Path

import yaml
from honcho.environ import parse_procfile

BASE_DIR = Path(__file__).resolve().parents[2]
PARTS = parse_procfile((BASE_DIR / "Procfile").read_text()).processes
COMPOSE = yaml.safe_load((BASE_DIR / "docker-compose.yml").read_text())
OWN = {"secrets", "release", "web", "staff", "worker", "sealed", "outside", "alerting", "beat"}
# The part that each service is.
SERVICES = {"release": "owner", "web": "public", "alerting": "outside"} | {
    name: name for name in ("staff", "worker", "sealed", "outside", "beat")
}


def mounts(service: str) -> set[str]:
    """Return the sources of a service's mounts."""
    volumes = COMPOSE["services"][service].get("volumes", [])
    return {volume["source"] if isinstance(volume, dict) else volume.partition(":")[0] for volume in volumes}


def unit(path: str) -> dict[str, dict[str, list[str]]]:
    """Return a systemd unit: section -> key -> all values."""
    parsed: dict[str, dict[str, list[str]]] = {}
    section: dict[str, list[str]] = {}
    for line in (BASE_DIR / "deploy" / "systemd" / path).read_text().splitlines():
        if heading := re.fullmatch(r"\[(\w+)\]", line):
            section = parsed.setdefault(heading[1], {})
        elif line and not line.startswith("#"):
            key, _, value = line.partition("=")
            section.setdefault(key, []).append(value)
    return parsed
