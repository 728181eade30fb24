"""nginx with the shipped configuration: other ports, other files, every rule the same."""

from __future__ import annotations

import re
import socket
import subprocess
import time
import urllib.request
from collections.abc import Sequence
from pathlib import Path

from tests.e2e.server import ROOT, free_port
from tests.needs import nginx

CONF = ROOT / "deploy" / "nginx.conf"
TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
START_SECONDS = 10


class Proxy:
    """A running nginx in front of processes of the app; `url` without a slash at its end. With `certificate` (and its
    key, in one file) it is https."""

    def __init__(self, folder: Path, ports: Sequence[int], certificate: Path | None = None) -> None:
        port = free_port()
        self.url = f"http{'s' if certificate else ''}://127.0.0.1:{port}"
        self.log = folder / "nginx-error.log"
        conf = folder / "nginx.conf"
        text = _elsewhere(CONF.read_text(), folder, port, ports)
        if certificate is not None:
            tls = f"listen 127.0.0.1:{port} ssl; ssl_certificate {certificate}; ssl_certificate_key {certificate};"
            text = text.replace(f"listen 127.0.0.1:{port};", tls)
        conf.write_text(text)
        program = nginx()
        assert program is not None
        command = [program, "-p", str(folder), "-c", str(conf), "-g", "daemon off;"]
        self.process = subprocess.Popen(command, stderr=subprocess.PIPE)
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until and self.process.poll() is None:
            try:
                with socket.create_connection(("127.0.0.1", port), timeout=5):
                    pass
                if certificate is None:
                    urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=5).close()  # noqa: S310  our own
                return
            except OSError:
                time.sleep(0.05)
        self.process.kill()
        raise RuntimeError(f"nginx did not answer: {self.process.communicate()[1]!r} {self.log.read_text()[-2000:]}")

    def stop(self) -> None:
        self.process.terminate()
        self.process.communicate(timeout=10)


def _elsewhere(text: str, folder: Path, port: int, ports: Sequence[int]) -> str:
    """The configuration with the places that a test must move; each must be there to be moved."""
    servers = re.findall(r"\n +server 127\.0\.0\.1:\d+ (.*?);.*", text)
    assert len(set(servers)) == 1 and len(servers) == len(ports)
    text = re.sub(r"\n +server 127\.0\.0\.1:\d+ .*", "", text)
    moved = {
        "hash $viewer consistent;": "hash $viewer consistent;"
        + "".join(f"\n        server 127.0.0.1:{one} {servers[0]};" for one in ports),
        "listen 127.0.0.1:8080;": f"listen 127.0.0.1:{port};",
        "pid /run/nginx.pid;": f"pid {folder}/nginx.pid;",
        "error_log /var/log/nginx/error.log warn;": f"error_log {folder}/nginx-error.log warn;\n"
        + "\n".join(f"    {name}_temp_path {folder}/{name};" for name in TEMPORARY),
    }
    for there, here in moved.items():
        assert text.count(there) == 1, there
        text = text.replace(there, here)
    return text
