"""What stands around the app: decided once, from the settings and from what Streamlit was told."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import streamlit as st
from starlette.middleware import Middleware

from components.reach import listens_on, trusted_headers, why_not_served
from data_sources.errors import ConfigurationError
from data_sources.settings import load_settings
from data_sources.settings.access import AccessSettings
from serving.doors import Doors, House
from serving.gate import Gate, Peers
from serving.headers import INDEX_HTML, Handler, Policy, SecurityHeaders, faultless, hashes
from serving.shell import Shell, addition
from serving.spoken import Spoken
from serving.standing import Standing, TurnedAway
from serving.unsaid import Unsaid
from serving.way_back import WayBack

log = logging.getLogger(__name__)

HOUR_SECONDS = 3600


@dataclass(frozen=True)
class Walls:
    """The middleware, outermost first; the answer to faults of ours; and why nothing may be served at the address that
    Streamlit was told, "" where it may."""

    middleware: Sequence[Middleware]
    handlers: Mapping[type[Exception], Handler]
    why_not: str


def walls(standing: Standing) -> Walls:
    """What the configuration asks for. Where it cannot be read, only this machine sees what is wrong with it."""
    access, trusted = _access(), trusted_headers()
    known = access or AccessSettings()
    seconds = int(known.session_hours * HOUR_SECONDS)
    policy = Policy(hashes(INDEX_HTML.read_text()), cookie_seconds=seconds)
    base = str(st.get_option("server.baseUrlPath") or "").strip("/")
    house = House(
        sign_in_seconds=seconds if known.sign_in == "oidc" else None,
        base=f"/{base}" if base else "",
        origins=tuple(st.get_option("server.corsAllowedOrigins")),
    )
    middleware = [
        Middleware(Peers, networks=known.proxy_networks),
        Middleware(SecurityHeaders, policy=policy),
        Middleware(TurnedAway, standing=standing),
        Middleware(Gate, access=access, trusted=trusted),
        Middleware(Doors, house=house),
        Middleware(Shell, addition=addition()),
        Middleware(WayBack),
        Middleware(Spoken),
        Middleware(Unsaid),
    ]
    return Walls(middleware, faultless(policy), why_not_served(access, listens_on(), trusted))


def _access() -> AccessSettings | None:
    """How people sign in; None, and a line in the log, where nobody can tell."""
    try:
        return load_settings().access
    except ConfigurationError as error:
        log.warning("the configuration needs attention, so only this machine is served: %s", error)
        return None
