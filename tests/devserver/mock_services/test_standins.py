"""`make stand-ins`: servers that respond, settings for `make run`, and a clean end."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import dns.resolver
import maxminddb
import pytest
from django.test import override_settings

from clicksafely.common.mail.addresses import add_tag
from clicksafely.common.mail.dsn import is_delivery_report
from clicksafely.common.mail.imap_mailbox import ImapMailbox
from clicksafely.common.mail.imap_settings import ImapSettings
from clicksafely.common.mail.smtp import DeliveryError, SmtpConnection
from clicksafely.common.mail.smtp_settings import read_smtp_settings
from clicksafely.devserver import environment
from clicksafely.devserver.mock_services.__main__ import FROM_PARTNER
from hotline.referral.iccam.client import Iccam
from hotline.referral.iccam.config import read_config
from tests.servers import BASE_DIR
from tests.waiting import until


class MockServicesCommand:
    """The command with a var folder; `output` grows while it runs."""

    def __init__(self, var_dir: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "clicksafely.devserver.mock_services"],
            cwd=BASE_DIR,
            env=os.environ | {"VAR_DIR": str(var_dir)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.output = ""
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as lines:
            for line in lines:
                self.output += line

    def wait_for_output(self, words: str) -> None:
        until(lambda: words in self.output or self.process.poll() is not None, what=words)
        assert words in self.output

    def end(self) -> int:
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(300)


@pytest.fixture
def running(tmp_path: Path) -> Iterator[MockServicesCommand]:
    started = MockServicesCommand(tmp_path)
    started.wait_for_output("Ctrl-C stops them.")
    yield started
    if started.process.poll() is None:
        started.process.kill()
        started.process.wait()


def resolve(server: str, name: str) -> list[str]:
    resolver = dns.resolver.Resolver(configure=False)
    address, _, port = server.partition(":")
    resolver.nameservers, resolver.port, resolver.lifetime = [address], int(port), 10
    return [record.to_text() for record in resolver.resolve(name, "A")]


def assert_bounces_reach_their_senders(running: MockServicesCommand, settings: dict[str, str]) -> None:
    """Each bounce reaches the mailbox of the sender."""
    ca = settings["MAIL_CA_FILE"]
    mailboxes = {
        settings[f"{name}_ADDRESS"]: ImapSettings.parse(settings[f"{name}_IMAP_URL"])
        for name in ("MAIL", "EVENTS_MAIL")
    }
    before = {}
    for own, mailbox in mailboxes.items():
        with ImapMailbox(mailbox, ca_file=ca) as box:
            before[own] = len(box.uids())
    with (
        override_settings(MAIL_SMTP_URL=settings["MAIL_SMTP_URL"]),
        SmtpConnection(read_smtp_settings(), name="a.test") as server,
    ):
        for own in (*mailboxes, settings["EVENTS_MAIL_ADDRESS"]):
            text = f"Subject: to {own}\r\n\r\nx\r\n".encode()
            write = partial(bytes, text)
            assert server.deliver(sender=add_tag(own, "ab12"), recipient="vraca@skola.example", write=write)
        with pytest.raises(DeliveryError):
            server.deliver(sender=own, recipient="nepoznat@skola.example", write=write)
    until(lambda: running.output.count("and it bounced") == 3, what="three bounces")
    for own, mailbox in mailboxes.items():
        with ImapMailbox(mailbox, ca_file=ca) as box:
            new_uids = box.uids()[before[own] :]
            heads = [box.head(uid) or b"" for uid in new_uids]
        assert len(new_uids) == (1 if own == settings["MAIL_ADDRESS"] else 2)
        assert all(is_delivery_report(head) and add_tag(own, "ab12").encode() in head for head in heads)


def test_they_answer_fall_silent_and_leave_nothing(running: MockServicesCommand, tmp_path: Path) -> None:
    settings = environment.mock_service_settings(tmp_path)
    assert resolve(settings["DNS_RESOLVERS"], "forum.example.net") == ["192.0.2.17"]
    with maxminddb.open_database(Path(settings["MMDB_DIR"], "country.mmdb")) as countries:
        assert countries.get("192.0.2.17") == {"country": {"iso_code": "RS"}}
    assert "12 messages" in running.output
    assert_bounces_reach_their_senders(running, settings)
    with override_settings(**{name: value for name, value in settings.items() if name.startswith("ICCAM")}):
        config = read_config()
    with Iccam(config) as iccam:
        (entry,) = iccam.listed("unactioned").entries
        content = iccam.content(entry.content_id)
        assert (content.address, content.assigned_country) == (FROM_PARTNER, "RS")
        iccam.act(content, 1, now="2026-03-02T10:00:00Z")
    running.wait_for_output(f"ICCAM: POST rest/Content/{entry.content_id}/actions 200")

    again = MockServicesCommand(tmp_path)
    assert again.process.wait(300) == 1
    assert f"Mock servers are already running for {tmp_path}." in again.output
    assert environment.mock_service_settings(tmp_path) == settings

    running.process.send_signal(signal.SIGUSR1)
    running.wait_for_output("The name server is silent.")
    with pytest.raises(dns.resolver.LifetimeTimeout):
        resolve(settings["DNS_RESOLVERS"], "forum.example.net")

    running.process.send_signal(signal.SIGUSR2)
    running.wait_for_output("The web sites are removed.")

    assert running.end() == 0
    assert environment.mock_service_settings(tmp_path) == {}
    assert not (tmp_path / environment.MOCK_SERVICES_FILE).exists()


def test_killed_mock_services_are_not_used(running: MockServicesCommand, tmp_path: Path) -> None:
    running.process.kill()
    running.process.wait()
    assert (tmp_path / environment.MOCK_SERVICES_FILE).exists()
    assert environment.mock_service_settings(tmp_path) == {}
