"""Installs the tools of the audit below var/, pinned by `tools/package-lock.json`."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

PINNED = Path(__file__).parent / "tools"
FILES = ("package.json", "package-lock.json", ".npmrc")
# {command: Debian package}.
COMMANDS = {"node": "nodejs", "npm": "npm", "java": "default-jre-headless"}


def install(folder: Path) -> Path:
    """Install the pinned tools into `folder`, unless they are present, and Debian packages that they need. Return the folder."""
    _fetch_programs()
    pinned_content = "".join((PINNED / name).read_text() for name in FILES)
    stamp = folder / "installed"
    if stamp.is_file() and stamp.read_text() == pinned_content:
        return folder
    stamp.unlink(missing_ok=True)
    folder.mkdir(parents=True, exist_ok=True)
    for name in FILES:
        shutil.copy(PINNED / name, folder / name)
    subprocess.run(["npm", "ci", "--silent"], cwd=folder, check=True)
    stamp.write_text(pinned_content)
    return folder


def _fetch_programs() -> None:
    missing = [package for command, package in COMMANDS.items() if not shutil.which(command)]
    if not missing:
        return
    if os.geteuid() or not shutil.which("apt-get"):
        sys.exit(
            f"make audit needs {', '.join(missing)}: install them, or leave out markup and lighthouse with --only."
        )
    env = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "update", "-qq"], check=True, env=env)
    subprocess.run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", *missing], check=True, env=env)


def validator(folder: Path) -> list[str]:
    """Return the command of the Nu Html Checker, without options and files."""
    return ["java", "-Xss8m", "-jar", str(folder / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar")]


def lighthouse(folder: Path) -> list[str]:
    """Return the command of Lighthouse, without address and options."""
    return ["node", str(folder / "node_modules" / "lighthouse" / "cli" / "index.js")]
