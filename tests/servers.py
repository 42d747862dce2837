"""pytest plugin, loaded before Django reads its settings: every test process holds the embedded servers of the test folder.

VAR_DIR chooses another folder, DATABASE_URL and REDIS_URL other servers.
"""

import os
from pathlib import Path

import pytest

from clicksafely import provision
from clicksafely.environment import EmbeddedError, complete_environment

BASE_DIR = Path(__file__).resolve().parent.parent

os.environ.setdefault("VAR_DIR", str(BASE_DIR / "var" / "test"))
try:
    provision.ensure_secrets(complete_environment(BASE_DIR, durable=False))
except EmbeddedError as error:
    pytest.exit(str(error), returncode=pytest.ExitCode.USAGE_ERROR)
