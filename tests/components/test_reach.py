"""From where the app may be reached. Which addresses are loopback: RFC 1122 §3.2.1.3, RFC 4291 §2.5.3 and §2.5.5.2,
RFC 6761 §6.3."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace

import pytest
import streamlit as st
from streamlit import config
from streamlit.testing.v1 import AppTest

from components import reach
from components.reach import EVERYWHERE, is_inside, is_loopback, why_not_served
from data_sources.settings.access import AccessSettings

pytestmark = pytest.mark.security

NONE, OIDC = AccessSettings(sign_in="none"), AccessSettings(sign_in="oidc")
PROXY = AccessSettings.model_validate({"sign_in": "proxy", "proxy_networks": ["10.1.0.0/16", "2001:db8::/32"]})
EMAIL = {"X-Forwarded-Email": "email"}
LOOPBACK = ("127.0.0.1", "127.255.0.9", "::1", "[::1]", "::ffff:127.0.0.1", "localhost", "LocalHost.")
OTHERS = ("", EVERYWHERE, "::", "192.0.2.1", "::ffff:192.0.2.1", "fe80::1", "room.example", "localhost.example",
          "127.1", "0", "2130706433")  # fmt: skip


@pytest.mark.parametrize("address", LOOPBACK)
def test_loopback(address: str) -> None:
    assert is_loopback(address)


@pytest.mark.parametrize("address", OTHERS)
def test_not_loopback(address: str) -> None:
    """Short forms that some resolvers read as 127.0.0.1 count as names that nobody knows."""
    assert not is_loopback(address)


def test_inside_a_network() -> None:
    networks = PROXY.proxy_networks
    assert is_inside("10.1.2.3", networks) and is_inside("::ffff:10.1.2.3", networks)
    assert is_inside("2001:db8::5", networks)
    assert not any(is_inside(one, networks) for one in ("10.2.0.1", "127.0.0.1", "localhost", "", "2001:db9::5"))


@pytest.mark.parametrize("address", OTHERS)
def test_nobody_signs_in_and_others_would_reach_it(address: str) -> None:
    refused = why_not_served(NONE, address, {})
    assert (address or EVERYWHERE) in refused and "sign_in" in refused and 'server.address = "127.0.0.1"' in refused
    assert refused.count(". ") == 0, "one sentence"


@pytest.mark.parametrize("address", OTHERS)
def test_a_configuration_that_cannot_be_read_opens_nothing(address: str) -> None:
    assert "the configuration cannot be read" in why_not_served(None, address, EMAIL)


@pytest.mark.parametrize(
    ("access", "address", "trusted", "says"),
    [
        (NONE, "127.0.0.1", {}, ""),
        (None, "localhost", EMAIL, ""),
        (OIDC, EVERYWHERE, {}, ""),
        (PROXY, "127.0.0.1", EMAIL, ""),
        (PROXY, "10.1.2.3", EMAIL, ""),
        (NONE, "127.0.0.1", EMAIL, 'set sign_in = "proxy"'),
        (OIDC, "127.0.0.1", EMAIL, 'set sign_in = "proxy"'),
        (PROXY, "127.0.0.1", {}, "server.trustedUserHeaders"),
        (PROXY, "10.2.0.1", EMAIL, "10.1.0.0/16, 2001:db8::/32"),
        (PROXY, EVERYWHERE, EMAIL, "access.proxy_networks"),
        (PROXY, "", EMAIL, "listen on 0.0.0.0"),
    ],
)
def test_what_may_be_served(access: AccessSettings | None, address: str, trusted: dict[str, str], says: str) -> None:
    refused = why_not_served(access, address, trusted)
    assert says in refused and bool(says) == bool(refused)


@pytest.fixture
def told() -> Iterator[None]:
    """Streamlit's own options are put back."""
    before = config.get_option("server.address"), config.get_option("server.trustedUserHeaders")
    yield
    config.set_option("server.address", before[0])
    config.set_option("server.trustedUserHeaders", before[1])


def page(sign_in: str) -> AppTest:
    def script(how: str) -> None:
        import streamlit as st

        from components.reach import require_reach
        from data_sources.settings.access import AccessSettings

        require_reach(AccessSettings.model_validate({"sign_in": how, "proxy_networks": ["10.1.0.0/16"]}))
        st.write("the data")

    return AppTest.from_function(script, args=(sign_in,), default_timeout=20).run()


@pytest.mark.parametrize(
    ("address", "sign_in", "trusted", "served"),
    [
        ("127.0.0.1", "none", {}, True),
        (EVERYWHERE, "none", {}, False),
        (None, "none", {}, False),
        (EVERYWHERE, "oidc", {}, True),
        ("127.0.0.1", "proxy", EMAIL, True),
        ("10.1.2.3", "proxy", EMAIL, False),
    ],
)
@pytest.mark.usefixtures("told")
def test_the_app_alone_looks_at_what_streamlit_was_told(
    address: str | None, sign_in: str, trusted: dict[str, str], served: bool
) -> None:
    """`streamlit run app.py`: no gate, so a proxy must be on this machine."""
    config.set_option("server.address", address)
    config.set_option("server.trustedUserHeaders", trusted)
    shown = page(sign_in)
    assert [one.value for one in shown.markdown] == (["the data"] if served else [])
    assert len(shown.error) == (0 if served else 1)


@pytest.mark.usefixtures("told")
def test_the_app_alone_looks_at_who_connects(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy on this machine that says for whom it asks."""
    config.set_option("server.address", "127.0.0.1")
    monkeypatch.setattr(type(st.context), "ip_address", property(lambda _context: "192.0.2.7"))
    assert "Nobody signs in" in page("none").error[0].value


@pytest.mark.usefixtures("told")
def test_behind_the_gate_a_page_does_not_ask_again(monkeypatch: pytest.MonkeyPatch) -> None:
    config.set_option("server.address", "10.1.2.3")
    config.set_option("server.trustedUserHeaders", EMAIL)
    monkeypatch.setattr(reach, "_guarded", False)
    reach.guard()
    assert [one.value for one in page("proxy").markdown] == ["the data"]


@pytest.mark.parametrize(
    ("client", "headers", "local"),
    [
        (None, {}, True),
        ("127.0.0.2", {}, True),
        ("10.1.2.3", {}, False),
        (None, {"X-Forwarded-For": "127.0.0.1"}, False),
        (None, {"X-Real-Ip": "10.1.2.3"}, False),
        (None, {"Forwarded": "for=10.1.2.3"}, False),
    ],
)
def test_only_this_machine_without_a_proxy_is_this_machine(
    monkeypatch: pytest.MonkeyPatch, client: str | None, headers: dict[str, str], local: bool
) -> None:
    """What is wrong with the configuration is told in full at the machine only; Streamlit gives None for loopback."""
    context = SimpleNamespace(ip_address=client, headers=headers)
    monkeypatch.setattr(reach.st, "context", context)
    assert reach.at_this_machine() is local
