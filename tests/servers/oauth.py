"""A provider of sign-in tokens on loopback: refresh tokens that are good for one use, codes with PKCE, device codes."""

from __future__ import annotations

import base64
import hashlib
import itertools
import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

from tests.servers.base import HOST


class OAuthServer:
    """`valid` are the access tokens that a mail server should take. `refreshes` counts the refreshes that worked.

    `revoked` refuses every refresh; `down` answers 503; `life` is what expires_in says; `pending` is how often a
    device code is not done yet. `codes` maps a code to the PKCE challenge it was asked for with.
    """

    def __init__(self) -> None:
        self.valid: set[str] = set()
        self.refresh = "refresh-0"
        self.codes: dict[str, str] = {"code-1": ""}
        self.refreshes = 0
        self.revoked = False
        self.down = False
        self.life = 3600
        self.pending = 2
        self.slow = 0.0
        self.forms: list[dict[str, str]] = []
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()
        self._wait = threading.Event()
        self._server = ThreadingHTTPServer((HOST, 0), self._handler())
        self.url = f"http://{HOST}:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def settings(self) -> dict[str, str]:
        """What an account needs to sign in here."""
        return {
            "oauth": "other",
            "oauth_client_id": "shop-desk",
            "oauth_auth_url": f"{self.url}/auth",
            "oauth_token_url": f"{self.url}/token",
            "oauth_scope": "mail",
        }

    def authorize(self, address: str) -> str:
        """What a browser does with the sign-in address: the person agrees; where it is sent then."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert query["code_challenge_method"] == "S256"
        code = f"code-{next(self._numbers)}-made"
        self.codes[code] = query["code_challenge"]
        return f"{query['redirect_uri']}?code={code}&state={query['state']}"

    def _issue(self) -> tuple[int, dict[str, Any]]:
        access = f"access-{next(self._numbers)}"
        self.valid = {access}
        self.refresh = f"refresh-{access}"
        return 200, {"access_token": access, "refresh_token": self.refresh, "expires_in": self.life}

    def _token(self, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        if self.down:
            return 503, {}
        if form.get("client_id") != "shop-desk":
            return 401, {"error": "invalid_client"}
        kind = form.get("grant_type", "")
        if kind == "refresh_token":
            self._wait.wait(self.slow)
            with self._lock:
                if self.revoked or form.get("refresh_token") != self.refresh:
                    return 400, {"error": "invalid_grant", "error_description": "Token was revoked."}
                self.refreshes += 1
                return self._issue()
        if kind == "authorization_code":
            digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
            challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
            if self.codes.pop(form.get("code", ""), None) != challenge:
                return 400, {"error": "invalid_grant", "error_description": "Wrong code."}
            return self._issue()
        if form.get("device_code") != "device-1":
            return 400, {"error": "invalid_grant"}
        self.pending -= 1
        return self._issue() if self.pending < 0 else (400, {"error": "authorization_pending"})

    def _answer(self, path: str, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        self.forms.append(form)
        if path == "/token":
            return self._token(form)
        return 200, {
            "device_code": "device-1", "user_code": "WDJB-MJHT", "interval": 0.01, "expires_in": 5,
            "verification_uri": f"{self.url}/device",
        }  # fmt: skip

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        answer: Callable[[str, dict[str, str]], tuple[int, dict[str, Any]]] = self._answer

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                sent = self.rfile.read(int(self.headers["Content-Length"])).decode()
                status, fields = answer(self.path, {n: v[0] for n, v in parse_qs(sent).items()})
                body = json.dumps(fields).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_words: object) -> None:
                pass

        return Handler
