"""Signed webhooks: the signature as receivers verify it, and every address that they must not reach."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings
from standardwebhooks import Webhook, WebhookVerificationError

from clicksafely.common.http import public_addresses, webhooks
from clicksafely.common.http.webhooks import WebhookError, WebhookErrorCode
from clicksafely.devserver.mock_services.certificates import Certificate, make_certificate
from clicksafely.devserver.mock_services.web import LOOPBACK, Page, WebServer, leads_to

BODY = b'{"type":"test","data":{}}'
SECRET = webhooks.new_secret()
NOW = datetime(2026, 5, 4, 3, 0, tzinfo=UTC)


@pytest.fixture
def receiver(settings: Settings) -> Iterator[WebServer]:
    settings.WEBHOOK_ALLOW_NETWORKS = [f"{LOOPBACK}/32"]
    with WebServer(fallback=Page(204, b"")) as server:
        yield server


def post(url: str, *hosts: str, body: bytes = BODY, now: datetime | None = None) -> int:
    return webhooks.post(
        url, body, message_id="msg_1", secret=SECRET, allowed_hosts=set(hosts), now=now or timezone.now()
    )


def refusal_code(url: str, *hosts: str) -> WebhookErrorCode:
    with pytest.raises(WebhookError) as caught:
        post(url, *hosts)
    return caught.value.code


def names(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    """Let every host have these addresses."""

    async def resolve(host: str, port: int) -> list[str]:
        return [*addresses]

    monkeypatch.setattr(webhooks, "resolve", resolve)


class TestSignature:
    def test_the_example_of_the_standard(self) -> None:
        headers = webhooks.sign(
            b'{"test": 2432232314}',
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            message_id="msg_p5jXN8AQM9LWM0D4loKWxJek",
            now=datetime.fromtimestamp(1614265330, UTC),
        )
        assert headers == {
            "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
            "webhook-timestamp": "1614265330",
            "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
        }

    def test_a_receiver_with_the_library_of_the_standard_accepts_it(self, receiver: WebServer) -> None:
        assert post(receiver.url(path="/hook?a=1"), f"{LOOPBACK}:{receiver.port}") == 204
        [(host, path, headers)] = receiver.requests
        assert (host, path) == (f"{LOOPBACK}:{receiver.port}", "/hook?a=1")
        assert headers["content-type"] == "application/json"
        assert Webhook(SECRET).verify(receiver.bodies[0], headers) == json.loads(BODY)

    @pytest.mark.parametrize("what", ["body", "id", "time", "secret", "old"])
    def test_anything_altered_is_noticed(self, what: str) -> None:
        now = timezone.now() - timedelta(minutes=6 if what == "old" else 0)
        headers, body = webhooks.sign(BODY, SECRET, message_id="msg_1", now=now), BODY
        if what == "body":
            body = BODY.replace(b"test", b"fake")
        elif what == "id":
            headers["webhook-id"] = "msg_2"
        elif what == "time":
            headers["webhook-timestamp"] = str(int(headers["webhook-timestamp"]) + 1)
        with pytest.raises(WebhookVerificationError):
            Webhook(webhooks.new_secret() if what == "secret" else SECRET).verify(body, headers)

    @pytest.mark.parametrize("secret", ["", "whsec_not base64", "plain-text-secret"])
    def test_no_secret_is_an_error_not_an_empty_key(self, secret: str) -> None:
        with pytest.raises(ValueError, match="Base64"):
            webhooks.sign(BODY, secret, message_id="msg_1", now=NOW)


class TestAddresses:
    @pytest.mark.parametrize(
        "url",
        [
            "http://hooks.example.org/a",
            "https://other.example.org/a",
            "https://a.hooks.example.org/a",
            "https://hooks.example.org.evil.test/a",
            "https://hooks.example.org@evil.test/a",
            "https://user:word@hooks.example.org/a",
            "https://hooks.example.org:8443/a",
            "https://hooks.example.org/a#part",
            "https://hooks.example.org/" + "a" * 500,
            "",
        ],
    )
    def test_only_listed_hosts_over_https(self, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
        names(monkeypatch)
        assert refusal_code(url, "hooks.example.org") == WebhookErrorCode.REFUSED

    @pytest.mark.parametrize(
        "url",
        [
            "https://HOOKS.example.org:443/a",
            "https://hooks.example.org/a?b=c",
            "https://hooks.example.org",
            # A browser and a server may disagree about this one; the parsed parts are requested, not the text.
            "https://hooks.example.org\\@evil.test/a",
        ],
    )
    def test_a_listed_host_in_any_notation(self, url: str) -> None:
        assert webhooks.check_url(url, allowed_hosts={"hooks.example.org"}).host == "hooks.example.org"
        assert webhooks.check_url("https://a.test:8443/", allowed_hosts={"a.test:8443"}).authority == "a.test:8443"

    @pytest.mark.parametrize(
        "address",
        [
            "127.0.0.1",
            "0.0.0.0",  # noqa: S104 - refused
            "10.0.0.7",
            "169.254.169.254",
            "100.64.0.1",
            "224.0.0.1",
            "::1",
            "fe80::1",
            "fd00::7",
            "ff02::1",
            "::ffff:10.0.0.7",
            "64:ff9b::a00:7",
            "2002:a00:7::1",
        ],
    )
    def test_no_private_address_even_beside_a_public_one(self, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
        assert not public_addresses.is_public(address)
        for found in ([address], ["93.184.216.34", address]):
            names(monkeypatch, *found)
            assert refusal_code("https://a.test/", "a.test") == WebhookErrorCode.PRIVATE
        assert public_addresses.is_public("::ffff:93.184.216.34")

    @pytest.mark.parametrize("host", ["localhost", "2130706433", "0x7f.1", "127.1", "[::ffff:127.0.0.1]"])
    def test_this_machine_in_every_notation(self, host: str) -> None:
        for allowed_host in (host, "127.0.0.1", "[::1]", "[::ffff:7f00:1]"):
            assert refusal_code(f"https://{host}/", allowed_host) in {
                WebhookErrorCode.REFUSED,
                WebhookErrorCode.PRIVATE,
            }

    def test_http_to_loopback_only_where_the_setting_allows_it(self, settings: Settings) -> None:
        settings.WEBHOOK_ALLOW_NETWORKS = ["127.0.0.1/32", "10.0.0.0/8"]
        for host in ("127.0.0.2:80", "10.0.0.7:80", "localhost:80"):
            assert refusal_code(f"http://{host}/", host) == WebhookErrorCode.REFUSED
        settings.WEBHOOK_ALLOW_NETWORKS = []
        assert refusal_code("http://127.0.0.1:80/", "127.0.0.1:80") == WebhookErrorCode.REFUSED

    def test_a_name_without_an_address(self, monkeypatch: pytest.MonkeyPatch) -> None:
        names(monkeypatch)
        assert refusal_code("https://a.test/", "a.test") == WebhookErrorCode.UNREACHABLE


class TestServers:
    def test_a_redirect_is_not_followed(self, receiver: WebServer) -> None:
        receiver.pages["/"] = leads_to(receiver.url(path="/elsewhere"), 307)
        assert post(receiver.url(), f"{LOOPBACK}:{receiver.port}") == 307
        assert [path for _host, path, _headers in receiver.requests] == ["/"]

    @pytest.mark.parametrize("manner", ["hang", "drip", "drop", "garbage", "headers"])
    def test_a_hostile_server_costs_bounded_time(
        self, manner: str, receiver: WebServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(webhooks, "STEP_SECONDS", 0.2)
        monkeypatch.setattr(webhooks, "SECONDS", 0.4)
        receiver.fallback = Page(manner=manner)
        assert refusal_code(receiver.url(), f"{LOOPBACK}:{receiver.port}") == WebhookErrorCode.SILENT

    def test_an_endless_body_is_not_read(self, receiver: WebServer) -> None:
        receiver.fallback = Page(manner="endless")
        assert post(receiver.url(), f"{LOOPBACK}:{receiver.port}") == 200
        assert receiver.sent < 10_000_000

    def test_tls_is_verified(
        self, settings: Settings, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        folder = tmp_path_factory.mktemp("tls")
        own, other = make_certificate(folder / "own", host=LOOPBACK), make_certificate(folder / "other", host="b.test")
        settings.WEBHOOK_ALLOW_NETWORKS = [f"{LOOPBACK}/32"]

        def request(served: Certificate | None, trusted: Certificate) -> int | WebhookErrorCode:
            monkeypatch.setenv("SSL_CERT_FILE", str(trusted.ca))
            with WebServer(served) as server:
                try:
                    return post(f"https://{LOOPBACK}:{server.port}/", f"{LOOPBACK}:{server.port}")
                except WebhookError as error:
                    assert server.requests == []
                    return error.code

        assert request(own, own) == 404
        assert request(own, other) == WebhookErrorCode.ENCRYPTION
        assert request(other, other) == WebhookErrorCode.ENCRYPTION
        monkeypatch.setattr(webhooks, "STEP_SECONDS", 0.2)
        assert request(None, own) in {WebhookErrorCode.ENCRYPTION, WebhookErrorCode.SILENT}

    def test_a_long_body_is_refused(self) -> None:
        with pytest.raises(ValueError, match="too long"):
            post("https://a.test/", "a.test", body=b"x" * (webhooks.MAX_BODY_BYTES + 1))
