"""The licence, and the metadata of public software."""

import tomllib
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml

BASE_DIR = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((BASE_DIR / "pyproject.toml").read_text())["project"]

pytestmark = pytest.mark.texts


@pytest.fixture(scope="module")
def publiccode() -> dict[str, Any]:
    """The parsed file."""
    parsed: dict[str, Any] = yaml.safe_load((BASE_DIR / "publiccode.yml").read_text())
    return parsed


def test_version_and_licence_are_those_of_the_project(publiccode: dict[str, Any]) -> None:
    assert publiccode["softwareVersion"] == PROJECT["version"]
    assert publiccode["legal"]["license"] == PROJECT["license"] == "EUPL-1.2"
    assert PROJECT["license-files"] == ["LICENSE"]


def test_mandatory_keys_of_the_standard(publiccode: dict[str, Any]) -> None:
    """publiccode.yml 0.4, chapter "The Standard (core)"."""
    assert publiccode["publiccodeYmlVersion"] == "0.4"
    assert publiccode["name"]
    assert urlsplit(publiccode["url"]).scheme == "https"
    assert publiccode["platforms"] == ["web"]
    assert publiccode["categories"]
    assert publiccode["developmentStatus"] in {"concept", "development", "beta", "stable", "obsolete"}
    assert publiccode["softwareType"] == "standalone/web"
    assert publiccode["maintenance"]["type"] == "internal"
    assert all(contact["name"] for contact in publiccode["maintenance"]["contacts"])
    assert publiccode["intendedAudience"]["countries"] == ["rs"]


def test_languages_are_those_of_the_portal(publiccode: dict[str, Any], settings: Any) -> None:
    assert publiccode["localisation"]["localisationReady"] is True
    scripts = {"sr": "sr-Cyrl", "sr-latn": "sr-Latn", "en": "en"}
    assert publiccode["localisation"]["availableLanguages"] == [scripts[code] for code, _ in settings.LANGUAGES]
