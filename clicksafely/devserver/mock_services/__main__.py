"""`make stand-ins`: local mock servers for IMAP, SMTP, DNS, network databases, ICCAM and the web, until Ctrl-C.

The next `make run` on the same var folder uses them. SIGUSR1 silences the name server, or makes it respond again.
SIGUSR2 removes all pages of the web, or restores them.
"""

import contextlib
import fcntl
import os
import signal
import sys
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path

from clicksafely.common.files import var_folder
from clicksafely.common.mail.addresses import extract_tag
from clicksafely.devserver.environment import MOCK_SERVICES_FILE
from clicksafely.devserver.mock_services.certificates import make_certificate
from clicksafely.devserver.mock_services.dns import Name, running_dns
from clicksafely.devserver.mock_services.iccam import IccamServer
from clicksafely.devserver.mock_services.imap import ImapServer
from clicksafely.devserver.mock_services.messages import (
    ADDRESS,
    AUTHSERV_ID,
    EVENTS_ADDRESS,
    answer_to_events,
    demonstration_messages,
)
from clicksafely.devserver.mock_services.networks import write_databases
from clicksafely.devserver.mock_services.smtp import SmtpSink, delivery_notice
from clicksafely.devserver.mock_services.web import Page, Proxy, WebServer

# Mail to these addresses is rejected, or accepted and bounced.
UNKNOWN = frozenset({"nepoznat"})
BOUNCING = "vraca@"
BASE_DIR = Path(__file__).resolve().parents[3]

# The hosts of the demonstration's cases and messages.
ZONE = {
    "profil.example.org": Name(("192.0.2.20", "2001:db8::20")),
    "forum.example.net": Name(alias="web.primer.example.net"),
    "web.primer.example.net": Name(("192.0.2.17",)),
    "album.example.org": Name(("192.0.2.140", "192.0.2.141", "198.51.100.14")),
    "cdn.example.net": Name(alias="edge.delivery.example.com"),
    "edge.delivery.example.com": Name(("203.0.113.9",)),
    "video.example.org": Name(("2001:db8:8000::5",)),
    "chat.example.org": Name(("198.51.100.6",)),
    "shop.example.com": Name(("198.51.100.80",)),
    "casino.example.com": Name(("10.0.0.7",)),
    "example.org": Name(("192.0.2.1",)),
    "tih.example.org": Name(silent=True),
    "kvar.example.org": Name(rcode="SERVFAIL"),
    "krug.example.org": Name(alias="krug2.example.org"),
    "krug2.example.org": Name(alias="krug.example.org"),
    "hiljade.example.org": Name(count=3000),
}


FROM_PARTNER = "https://forum.example.net/tema/51"
# Networks that the demonstration treats as public.
NETWORKS = ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")


def main() -> int:
    """Exit code: 0 stopped, 1 mock servers of this var folder are already running."""
    os.umask(0o077)
    var_dir = Path(os.environ.get("VAR_DIR", BASE_DIR / "var")).resolve()
    var_folder.make_var_folder(var_dir)
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: stop.set())
    folder = var_dir / "stand-ins"
    folder.mkdir(exist_ok=True)
    with contextlib.ExitStack() as stack:
        dns = stack.enter_context(running_dns(ZONE))
        certificate = make_certificate(folder)
        imap = stack.enter_context(ImapServer(certificate))
        sink = stack.enter_context(SmtpSink(unknown=UNKNOWN))
        imap.append(*demonstration_messages())
        events = stack.enter_context(ImapServer(certificate, user="events"))
        events.append(answer_to_events())
        country, asn = write_databases(folder)
        ours = make_certificate(folder / "iccam-client", host="hotline.test", client=True)
        iccam = stack.enter_context(IccamServer(make_certificate(folder / "iccam"), ours.ca))
        iccam.partner_reports(FROM_PARTNER, classification=2, memo="Seen by a hotline in Germany.")
        removed = {"/a/310": Page(404)}
        sites = [WebServer(None), WebServer(make_certificate(folder / "web", also=[*ZONE]))]
        for site in sites:
            site.pages, site.fallback = removed, Page()
        http, https = (stack.enter_context(site) for site in sites)
        proxy = stack.enter_context(Proxy("http", {80: http.port, 443: https.port}))
        settings = {
            "DNS_RESOLVERS": dns.address,
            "MMDB_DIR": str(folder),
            "MAIL_IMAP_URL": imap.url,
            "MAIL_CA_FILE": str(imap.ca),
            "MAIL_SMTP_URL": sink.url,
            "MAIL_ADDRESS": ADDRESS,
            "MAIL_AUTHSERV_ID": AUTHSERV_ID,
            "EVENTS_MAIL_ADDRESS": EVENTS_ADDRESS,
            "EVENTS_MAIL_IMAP_URL": events.url,
            "ICCAM_URL": iccam.url_with_password,
            "ICCAM_CA_FILE": str(iccam.certificate.ca),
            "ICCAM_CERT_FILE": str(ours.identity),
            "AVAILABILITY_CHECKS": proxy.url,
            "SSL_CERT_FILE": str(folder / "web" / "ca.pem"),
            "AVAILABILITY_ALLOW_NETWORKS": ",".join(NETWORKS),
        }
        try:
            stack.enter_context(_written_down(var_dir / MOCK_SERVICES_FILE, settings))
        except BlockingIOError:
            _say(f"Mock servers are already running for {var_dir}.")
            return 1

        def silence(*_: object) -> None:
            (dns.silent.clear if dns.silent.is_set() else dns.silent.set)()
            _say(f"The name server {'is silent' if dns.silent.is_set() else 'responds again'}.")

        def take_down(*_: object) -> None:
            removing = sites[0].fallback.status == 200
            for site in sites:
                site.fallback = Page(404) if removing else Page()
            _say(f"The web sites are {'removed' if removing else 'restored'}.")

        signal.signal(signal.SIGUSR1, silence)
        signal.signal(signal.SIGUSR2, take_down)
        _say(
            f"IMAP server   {imap.url}   {len(imap.messages())} messages\n"
            f"              {events.url}   the mailbox for events\n"
            f"SMTP sink     {sink.url}   messages are listed here\n"
            f"Name server   {dns.address}   {len(ZONE)} names; `kill -USR1 {os.getpid()}` silences it\n"
            f"Networks      {country}, {asn.name}\n"
            f"ICCAM         {iccam.url}   one content item for Serbia; updates are listed here\n"
            f"The web       {proxy.url}   a proxy to every site; `kill -USR2 {os.getpid()}` removes all sites\n"
            f"Settings      {var_dir / MOCK_SERVICES_FILE}   the next `make run` uses them\n"
            "Ctrl-C stops them."
        )
        printed_letters, printed_calls = 0, 0
        while not stop.wait(0.5):
            for letter in sink.letters[printed_letters:]:
                _say(f"Sent to {', '.join(letter.recipients)}: {letter.message['Subject']}")
                if letter.recipients[0].startswith(BOUNCING):
                    of_events = extract_tag(letter.sender, own=EVENTS_ADDRESS) is not None
                    (events if of_events else imap).append(delivery_notice(letter))
                    _say("  and it bounced")
                printed_letters += 1
            for method, path, status in iccam.calls[printed_calls:]:
                printed_calls += 1
                if method != "GET" and path.startswith("rest/"):
                    _say(f"ICCAM: {method} {path} {status}")
    _say("Stopped.")
    return 0


@contextlib.contextmanager
def _written_down(path: Path, settings: Mapping[str, str]) -> Iterator[None]:
    """Write the settings file and lock it inside the block. Raises BlockingIOError if it is already locked."""
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        file.truncate(0)
        file.write("".join(f"{name}={value}\n" for name, value in settings.items()))
        file.flush()
        try:
            yield
        finally:
            path.unlink()


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
