"""The users of the systemd set-up handle one picture: the parts share it, other users of the machine read nothing."""

import contextlib
import os
import re
import select
import shutil
import socket
import socketserver
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from pytest_django import DjangoDbBlocker

from clicksafely.common.crypto import sealing
from clicksafely.common.database_roles import services as database_roles
from clicksafely.common.database_roles.grant_table import role_name
from clicksafely.devserver.local_servers import as_role
from tests.backup.systems import System, system
from tests.servers import BASE_DIR

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root can start processes of other users")
UNITS = BASE_DIR / "deploy" / "systemd"
GROUP, STRANGERS = 61_000, 61_999
NAMES = re.findall(r"^u clicksafely-(\S+)", (UNITS / "clicksafely.sysusers").read_text(), re.MULTILINE)
USERS = {"root": 0} | {f"clicksafely-{name}": GROUP + number for number, name in enumerate(NAMES, 1)}
(UMASK,) = re.findall(r"^UMask=(\d+)$", (UNITS / "clicksafely@.service").read_text(), re.MULTILINE)

BEGIN = """
import django, io, sys
from pathlib import Path
django.setup()
from django.conf import settings
from django.utils import timezone
from hotline.categories import CYBERBULLYING
from hotline.models import Report, Upload
from hotline.models.sealed_content import sealed_path
"""
REPORT = f"""{BEGIN}
from clicksafely.common.crypto import receipts
from hotline.intake import services
from hotline.intake.submission import Submission
from hotline.models import Channel, TextField
from hotline.triage.hash_lists.digests import digest_file
from PIL import Image
picture = io.BytesIO()
Image.new("RGB", (9, 9), "teal").save(picture, format="PNG")
file, now = digest_file(picture.getvalue(), media_type="image/png"), timezone.now()
upload = services.store_waiting_upload(data=picture.getvalue(), kind="PNG", file=file, now=now)
words = {{name: "x" for name in ("what", "when_seen", "details", "addresses_as_typed", "app", "handle")}}
submission = Submission(
    channel=Channel.WEB, category=CYBERBULLYING.code, language="en", receipt=receipts.generate_code(),
    texts={{TextField.WORDS: words}}, uploads=[upload.uuid],
)
assert services.submit_report(submission=submission, state_digest=bytes(32), now=now)
print(upload.uuid)
"""
CLEAN = f"{BEGIN}\nfrom hotline.intake.pictures import read_waiting_uploads\nassert read_waiting_uploads() == 1"
RESEAL = f"{BEGIN}\nupload = Upload.objects.get()\nUpload.IMAGE.reseal(upload)"
HIDE = f"""{BEGIN}
from datetime import timedelta
from hotline.intake.pictures import hide_upload_times
assert hide_upload_times(now=timezone.now() + timedelta(hours=1)) == 1
"""
READ = (
    f"{BEGIN}\nfrom hotline.lifecycle.picture_files import open_picture\nprint(open_picture(Upload.objects.get())[:4])"
)
# Opens the file without its row.
UNSEAL = f"""{BEGIN}
from uuid import UUID
from hotline.lifecycle.picture_files import open_picture
open_picture(Upload(uuid=UUID(sys.argv[1])))
"""
ERASE = f"{BEGIN}\nfrom hotline.lifecycle.picture_files import erase_picture\nerase_picture(Upload.objects.get())"
READ_ALL = """
import os, sys
for folder, folders, names in os.walk(sys.argv[1]):
    for name in names:
        try:
            open(os.path.join(folder, name), "rb").close()
        except PermissionError:
            continue
        print(name)
"""


@dataclass(frozen=True)
class Installation:
    """The folders and users of `deploy/systemd` below `root`, with a database of their own."""

    root: Path
    system: System
    database_url: str

    @property
    def media(self) -> Path:
        """The media folder."""
        return self.root / "var/lib/clicksafely/media"

    def run(self, user: str, *arguments: str, umask: str = UMASK, **env: str) -> "subprocess.CompletedProcess[str]":
        """Run Python as a user of the group, with the database role and the keys of its unit."""
        uid, role = USERS[f"clicksafely-{user}"], {"web": "public", "backup": "owner"}.get(user, user)
        keys = self.root / "etc/clicksafely"
        environment = self.system.env() | {
            "DATABASE_URL": self.database_url if role == "owner" else as_role(self.database_url, role_name(role)),
            "VAR_DIR": str(self.media.parent),
            "PUBLIC_KEYS_DIR": str(keys),
            "PRIVATE_KEYS_DIR": str(keys / user),
            "PORTAL": "staff" if user in ("staff", "sealed") else "public",
            "DJANGO_SETTINGS_MODULE": "clicksafely.settings",
            "PYTHONDONTWRITEBYTECODE": "1",
            "HOME": "/nonexistent",
            "DEMO": "true",
            **env,
        }
        return _python(*arguments, env=environment, uid=uid, gid=GROUP, umask=umask)

    def path(self, uuid: str) -> Path:
        """The sealed file of a picture."""
        return self.media / "sealed" / uuid


class _Relay(socketserver.BaseRequestHandler):
    """Passes the bytes of a connection to a server whose socket other users cannot reach, and back."""

    server: "_RelayServer"

    def handle(self) -> None:
        """Serve one connection."""
        with socket.socket(socket.AF_UNIX) as there:
            there.connect(self.server.target)
            sides = {self.request: there, there: self.request}
            while ready := select.select(list(sides), [], [])[0]:
                for side in ready:
                    content = side.recv(65536)
                    if not content:
                        return
                    sides[side].sendall(content)


class _RelayServer(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True
    target: str


@contextlib.contextmanager
def _reachable_database(url: str, folder: Path) -> Iterator[str]:
    """Yield the URL under which all users reach the database. The folder of the embedded PostgreSQL is closed to them."""
    found = urlsplit(url)
    host = dict(parse_qsl(found.query)).get("host", "")
    if not host.startswith("/"):
        yield url
        return
    (name,) = Path(host).glob(".s.PGSQL.*[0-9]")
    folder.mkdir()
    with _RelayServer(str(folder / name.name), _Relay) as relay:
        relay.target = str(name)
        (folder / name.name).chmod(0o666)
        threading.Thread(target=relay.serve_forever, daemon=True).start()
        yield found._replace(query=urlencode({**dict(parse_qsl(found.query)), "host": str(folder)})).geturl()
        relay.shutdown()


def _python(*arguments: str, env: dict[str, str], uid: int, gid: int, umask: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=BASE_DIR,
        env=env,
        user=uid,
        group=gid,
        extra_groups=[],
        umask=int(umask, 8),
        capture_output=True,
        text=True,
        check=False,
    )


def _succeeded(process: "subprocess.CompletedProcess[str]") -> str:
    assert process.returncode == 0, process.stdout + process.stderr
    return process.stdout.strip()


@pytest.fixture
def installation(django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path: Path) -> Iterator[Installation]:
    """The folders of clicksafely.tmpfiles with their owners and modes, and the keys, as docs/operations/install.md says."""
    # pytest's own folder is closed to other users.
    root = Path(tempfile.mkdtemp(prefix="clicksafely-users-"))
    root.chmod(0o755)
    try:
        for kind, name, mode, user, group in re.findall(
            r"^(\w) (\S+) (\d+) (\S+) (\S+)$", (UNITS / "clicksafely.tmpfiles").read_text(), re.MULTILINE
        ):
            assert kind == "d"
            folder = root / name.removeprefix("/")
            folder.mkdir(parents=True)
            os.chown(folder, USERS[user], GROUP if group == "clicksafely" else 0)
            folder.chmod(int(mode, 8))
        keys = root / "etc/clicksafely"
        sealing.generate_rings(keys)
        for user in ("staff", "sealed"):
            own = keys / user / "private.json"
            own.parent.mkdir()
            own.parent.chmod(0o755)
            shutil.copy(keys / "private.json", own)
            own.chmod(0o400)
            os.chown(own, USERS[f"clicksafely-{user}"], 0)
        (keys / "public.json").chmod(0o644)
        with system("users", tmp_path / "system", keys=keys, blocker=django_db_blocker, empty=False) as one:
            with one.here():
                database_roles.grant_roles(combined=False)
            with _reachable_database(one.env()["DATABASE_URL"], root / "run") as url:
                yield Installation(root, one, url)
    finally:
        shutil.rmtree(root)


def test_one_picture_from_the_public_process_to_its_erasure(installation: Installation) -> None:
    path = installation.path(_succeeded(installation.run("web", "-c", REPORT)))
    assert path.stat().st_uid == USERS["clicksafely-web"]
    other_users_read_nothing(installation, path)
    # The sealed worker replaces it by the re-encoded one, a rotation of keys by the re-sealed one.
    _succeeded(installation.run("sealed", "-c", CLEAN))
    _succeeded(installation.run("staff", "-c", RESEAL))
    # The worker rewrites it after its hour. The file is older than that, also when the test runs over a full hour.
    os.utime(path, (0, 0))
    _succeeded(installation.run("worker", "-c", HIDE))
    assert path.stat().st_uid == USERS["clicksafely-worker"]
    assert _succeeded(installation.run("staff", "-c", READ)) in ("b'RIFF'", "b'\\x89PNG'")
    # The public process opens nothing, although it wrote the file: it reads neither the row nor a private key.
    assert "permission denied for table hotline_upload" in installation.run("web", "-c", READ).stderr
    assert "NoPrivateKey" in installation.run("web", "-c", UNSEAL, path.name).stderr

    backups = installation.root / "var/backups/clicksafely"
    _succeeded(installation.run("backup", "manage.py", "backup", str(backups), umask="0077"))
    (archive,) = backups.iterdir()
    assert f"media/sealed/{path.name}".encode() in archive.read_bytes()
    assert archive.stat().st_mode & 0o777 == 0o600

    _succeeded(installation.run("staff", "-c", ERASE))
    assert not path.exists()
    assert list(path.parent.iterdir()) == []


def other_users_read_nothing(installation: Installation, path: Path) -> None:
    for folder in (installation.media.parent, installation.media, path.parent):
        assert folder.stat().st_mode & 0o7777 == 0o2770, folder
        assert folder.stat().st_gid == GROUP
    assert (path.stat().st_mode & 0o7777, path.stat().st_gid) == (0o660, GROUP)
    walk = _python("-c", READ_ALL, str(installation.root / "var"), env={}, uid=STRANGERS, gid=STRANGERS, umask="0022")
    assert _succeeded(walk) == ""
    # Secrets are not for the group: a part reads its own only.
    keys = installation.root / "etc/clicksafely"
    read = "import sys; open(sys.argv[1]).read()"
    for name in ("private.json", "staff/private.json", "sealed/private.json"):
        assert "PermissionError" in installation.run("web", "-c", read, str(keys / name)).stderr, name


def test_the_public_site_may_delete_the_file_of_a_picture(installation: Installation) -> None:
    """Not prevented, as SECURITY.md says: it deletes pictures of unsent forms in the folder that all parts share.

    Folders that a part creates, here the staff process, admit the other parts.
    """
    create = f"{BEGIN}\nfrom clicksafely.common.files.storage import media_storage\nmedia_storage().write(sealed_path('first'), b'x')"
    _succeeded(installation.run("staff", "-c", create))
    path = installation.path(_succeeded(installation.run("web", "-c", REPORT)))
    assert sorted(file.name for file in path.parent.iterdir()) == sorted(["first", path.name])
    _succeeded(installation.run("web", "-c", f"import os; os.unlink({str(path)!r})"))
    assert not path.exists()
