"""Whether a request comes from somebody who has signed in, by the cookie that Streamlit gave at the end of it."""

from __future__ import annotations

import json

from starlette.requests import HTTPConnection
from starlette.types import Scope
from streamlit.auth_util import get_cookie_with_chunks
from streamlit.web.server.server_util import get_cookie_secret
from streamlit.web.server.starlette.starlette_app_utils import decode_signed_value
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

DAY_SECONDS = 24 * 3600


def holds_sign_in(scope: Scope, seconds: float) -> bool:
    """Whether the request has a cookie that we signed, at most this long ago, for somebody. Which pages and rows that
    person sees is asked elsewhere, at each run of a page."""
    cookies = HTTPConnection(scope).cookies
    secret = get_cookie_secret()

    def signed(name: str) -> bytes | None:
        """What we signed under this name; Streamlit splits a long one."""
        value = cookies.get(name, "").encode("latin-1", "replace")
        return decode_signed_value(secret, name, value, seconds / DAY_SECONDS) if value else None

    said = get_cookie_with_chunks(signed, USER_COOKIE_NAME)
    try:
        return said is not None and json.loads(said).get("is_logged_in") is True
    except (ValueError, AttributeError):
        return False
