"""A real OpenID provider on loopback (oidc-provider-mock, on Authlib's own provider side), and what a forger would do
to its tokens. Chosen over others because it is installed by pip with the rest, is small, has no state on disk, and is
built on the library whose client side Streamlit uses, so that what is checked is the protocol and not a dialect of it.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any

import flask
import oidc_provider_mock
from joserfc import jwt
from joserfc.jwk import RSAKey
from werkzeug.serving import make_server

Token = dict[str, Any]
Forgery = Callable[[Token, RSAKey], str]
CLIENT = "customer-room"


class Provider:
    """The provider: `url` is its issuer. `forge` makes another ID token of the one that it would give."""

    def __init__(self) -> None:
        self.app = oidc_provider_mock.app()
        self.app.after_request(self._given)
        self._server = make_server("127.0.0.1", 0, self.app, threaded=True)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self.forge: Forgery | None = None
        self.asked: list[str] = []
        self._users = self.app.test_client()
        Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def knows(self, person: str, **claims: object) -> None:
        """Somebody who has an account at the provider: `person` is the subject and the e-mail address."""
        answer = self._users.put(f"/users/{person}", json={"email": person, "email_verified": True} | claims)
        assert answer.status_code == 204

    @contextmanager
    def forging(self, forge: Forgery) -> Iterator[None]:
        """While inside, ID tokens are forged."""
        self.forge = forge
        try:
            yield
        finally:
            self.forge = None

    def _given(self, response: flask.Response) -> flask.Response:
        self.asked.append(flask.request.path)
        if response.mimetype == "text/html":  # its pages ask the internet for their looks
            response.set_data(re.sub(rb"<link[^>]*>", b"", response.get_data()))
        if self.forge is None or flask.request.path != "/oauth2/token" or response.status_code != 200:
            return response
        key = RSAKey.import_key(flask.g.oidc_provider_mock_storage.jwk.as_dict(is_private=True))
        given = response.get_json()
        claims = jwt.decode(given["id_token"], key, algorithms=["RS256"]).claims
        given["id_token"] = self.forge(dict(claims), key)
        response.set_data(json.dumps(given))
        return response


def signed(claims: Token, key: RSAKey) -> str:
    """A token with the provider's own signature."""
    return jwt.encode({"alg": "RS256", "kid": key.kid}, claims, key)


def with_claims(**changed: object) -> Forgery:
    """The provider's own signature under other claims."""
    return lambda claims, key: signed(claims | changed, key)


def signed_in_ago(seconds: float) -> Forgery:
    """A sign-in that was some time ago; the token itself is still good."""
    return lambda claims, key: signed(claims | {"iat": int(time.time() - seconds)}, key)
