"""Pinned requirements: errors of `make check`, and output of `make requirements`."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

BASE_DIR = Path(__file__).resolve().parent.parent
WHEELS = "requirements-wheels.sha256"
RUN = "run `make requirements`"
EVERY_TARGET = [
    f"Linux {machine} with CPython {version}" for machine in ("x86-64", "arm64") for version in ("3.12", "3.13", "3.14")
]

pytestmark = pytest.mark.texts


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """The compared files, and the scripts."""
    (tmp_path / "bin").mkdir()
    for path in [*BASE_DIR.glob("requirements*"), *BASE_DIR.glob("bin/*.py"), BASE_DIR / "pyproject.toml"]:
        shutil.copy(path, tmp_path / path.relative_to(BASE_DIR))
    return tmp_path


def check(clone: Path) -> list[str]:
    """Return the output lines of `bin/check_requirements.py`, none if it finds no error."""
    result = subprocess.run(
        [sys.executable, clone / "bin" / "check_requirements.py"], capture_output=True, text=True, check=False
    )
    lines = result.stderr.splitlines()
    assert result.returncode == (1 if lines else 0), result.stderr
    return lines


def edit(path: Path, pattern: str, replacement: str) -> None:
    """Replace every match in a file; there must be one."""
    text, count = re.subn(pattern, replacement, path.read_text(), flags=re.MULTILINE)
    assert count
    path.write_text(text)


def pinned_version(name: str, file: str = "requirements.txt") -> str:
    """Return the pinned version."""
    found = re.search(rf"^{name}==(\S+)", (BASE_DIR / file).read_text(), re.MULTILINE)
    assert found is not None
    return found[1]


class TestCheck:
    def test_files_of_the_project_agree(self, clone: Path) -> None:
        assert check(clone) == []

    @pytest.mark.parametrize(
        ("tags", "target"),
        [("cp313-manylinux\\S*aarch64", EVERY_TARGET[4]), ("cp314-manylinux\\S*x86_64", EVERY_TARGET[2])],
    )
    def test_missing_wheel_names_package_and_target(self, clone: Path, tags: str, target: str) -> None:
        edit(clone / WHEELS, rf"^.* numpy-\S*{tags}\S*\n", "")
        version = pinned_version("numpy")
        files = ["requirements.txt", "requirements-s3.txt", "requirements-local.txt", "requirements-dev.txt"]
        assert check(clone) == [f"{file}: numpy {version} has no wheel for {target}: {RUN}" for file in files]

    def test_wheel_for_a_newer_glibc_does_not_count(self, clone: Path) -> None:
        edit(clone / WHEELS, r"( numpy-\S*cp314-)manylinux\S*x86_64", r"\1manylinux_2_34_x86_64")
        complaint = f"requirements.txt: numpy {pinned_version('numpy')} has no wheel for {EVERY_TARGET[2]}: {RUN}"
        assert complaint in check(clone)

    def test_changed_version_has_no_wheels(self, clone: Path) -> None:
        edit(clone / "requirements.txt", r"^altcha==\S+", "altcha==99.1")
        assert check(clone) == [
            *(f"requirements.txt: altcha 99.1 has no wheel for {target}: {RUN}" for target in EVERY_TARGET),
            f"requirements.txt: altcha 99.1 differs in requirements-dev.txt: {RUN}",
        ]

    def test_pin_that_linux_does_not_install_needs_no_wheel(self, clone: Path) -> None:
        digest = "0" * 64
        with (clone / "requirements-audit.txt").open("a") as file:
            file.write(f"windows-only==1.0 ; sys_platform == 'win32' \\\n    --hash=sha256:{digest}\n")
            file.write(
                f"for-one==1.0 ; python_full_version < '3.13' and platform_machine == 'aarch64' \\\n    --hash=sha256:{digest}\n"
            )
        assert check(clone) == [f"requirements-audit.txt: for-one 1.0 has no wheel for {EVERY_TARGET[3]}: {RUN}"]

    def test_hash_of_a_wheel_must_be_allowed(self, clone: Path) -> None:
        digest, wheel = next(line.split() for line in (clone / WHEELS).read_text().splitlines() if " altcha-" in line)
        edit(clone / "requirements.txt", digest, "0" * 64)
        fault = f"requirements.txt: altcha {pinned_version('altcha')} does not allow the hash of {wheel}, the wheel for"
        assert check(clone) == [f"{fault} {target}: {RUN}" for target in EVERY_TARGET]

    def test_wheel_of_another_version(self, clone: Path) -> None:
        with (clone / WHEELS).open("a") as file:
            file.write(f"{'0' * 64}  altcha-0.1-py3-none-any.whl\n")
        assert check(clone) == [f"{WHEELS}: altcha-0.1-py3-none-any.whl belongs to no pinned version: {RUN}"]

    def test_dependencies_are_pinned(self, clone: Path) -> None:
        patterns = {
            "requirements.txt": r"^dependencies = \[\n",
            "requirements-local.txt": r"^local = \[\n",
            "requirements-dev.txt": r"^dev = \[\n",
            "requirements-audit.txt": r"^audit = \[.*\n",
        }
        for number, pattern in enumerate(patterns.values()):
            edit(clone / "pyproject.toml", f"({pattern})", rf'\1  "no-such-package-{number}>=2",\n')
        complaints = check(clone)
        for number, file in enumerate(patterns):
            assert f"{file}: no-such-package-{number}>=2 is required, nothing is pinned: {RUN}" in complaints

    def test_unpinned_line_is_refused(self, clone: Path) -> None:
        with (clone / "requirements-audit.txt").open("a") as file:
            file.write("loose>=1\n")
        result = subprocess.run(
            [sys.executable, clone / "bin" / "check_requirements.py"], capture_output=True, text=True, check=False
        )
        assert (result.returncode, result.stderr) == (1, f"requirements-audit.txt: loose>=1 is not pinned: {RUN}\n")


# A replacement for uv: pins one package, whose release has the wheels of the file `wheels`.
UV = """#!/usr/bin/env python3
import sys
from pathlib import Path
output = Path(sys.argv[sys.argv.index("-o") + 1])
wheels = Path(__file__).with_name("wheels").read_text().split()
if "pylock.toml" in sys.argv:
    print('[[packages]]\\nname = "thing"\\nversion = "1.0"', file=output.open("w"))
    for wheel in wheels:
        with output.open("a") as file:
            print(f'[[packages.wheels]]\\nurl = "https://files.example.org/{wheel}#x"\\nhashes = {{sha256 = "{"a" * 64}"}}', file=file)
else:
    output.write_text(f"thing==1.0 \\\\\\n    --hash=sha256:{'a' * 64}\\n")
"""
BINARY = [
    f"thing-1.0-cp3{minor}-cp3{minor}-manylinux_2_17_{machine}.manylinux2014_{machine}.whl"
    for minor in (12, 13, 14)
    for machine in ("aarch64", "x86_64")
]


class TestPin:
    def pin(self, clone: Path, wheels: list[str]) -> subprocess.CompletedProcess[str]:
        programs = clone / "programs"
        programs.mkdir()
        (programs / "uv").write_text(UV)
        (programs / "uv").chmod(0o755)
        (programs / "wheels").write_text("\n".join(wheels))
        return subprocess.run(
            [sys.executable, clone / "bin" / "pin_requirements.py"],
            env={"PATH": f"{programs}{os.pathsep}{os.environ['PATH']}"},
            capture_output=True,
            text=True,
            check=False,
        )

    def test_wheels_of_the_targets_are_recorded(self, clone: Path) -> None:
        others = ["thing-1.0-cp312-cp312-win_amd64.whl", "thing-1.0-cp314-cp314t-manylinux_2_17_x86_64.whl"]
        result = self.pin(clone, [*BINARY, *others, "thing-1.0-py3-none-any.whl"])
        assert (result.returncode, result.stderr) == (0, "")
        assert (clone / WHEELS).read_text().splitlines() == [f"{'a' * 64}  {wheel}" for wheel in BINARY]
        assert (clone / "requirements-local.txt").read_text().startswith("thing==1.0 ")

    def test_missing_wheel_writes_nothing(self, clone: Path) -> None:
        before = {path.name: path.read_bytes() for path in clone.glob("requirements*")}
        result = self.pin(clone, BINARY[:-2] + BINARY[-1:])
        assert result.returncode == 1
        assert f"requirements.txt: thing 1.0 has no wheel for {EVERY_TARGET[5]}\n" in result.stderr
        assert {path.name: path.read_bytes() for path in clone.glob("requirements*")} == before
