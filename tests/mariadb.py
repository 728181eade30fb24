"""A MariaDB server of our own: on a free loopback port, run by an ordinary user, gone when the tests are."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

PROGRAM, INSTALL = Path("/usr/sbin/mariadbd"), Path("/usr/bin/mariadb-install-db")
START_SECONDS = 60.0


def why_not() -> str | None:
    """Why no server can be started here; None where one can."""
    if not (PROGRAM.exists() and INSTALL.exists()):
        return f"MariaDB was not found at {PROGRAM} (Debian: apt-get install mariadb-server)"
    if os.geteuid() == 0 and _ordinary_user() is None:
        return "MariaDB refuses to run as root and there is no user “mysql” to run it as"
    return None


def _ordinary_user() -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam("mysql")
    except KeyError:
        return None


class MariaDB:
    """A server with one empty database, whose text is compared letter by letter."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="customer-room-mariadb-"))
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        user = _ordinary_user() if os.geteuid() == 0 else None
        if user is not None:
            os.chown(self.folder, user.pw_uid, user.pw_gid)
        self._as = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}
        self._server: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"mariadb+pymysql://cx@127.0.0.1:{self.port}/cx?charset=utf8mb4"

    def start(self) -> None:
        made = [str(INSTALL), "--no-defaults", f"--datadir={self.folder / 'data'}", "--skip-test-db"]
        subprocess.run([*made, "--auth-root-authentication-method=normal"], check=True, **self._options())
        first = self.folder / "first.sql"
        first.write_text(
            "CREATE DATABASE cx CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;\n"
            "CREATE USER cx@'127.0.0.1';\n"
            "GRANT ALL ON cx.* TO cx@'127.0.0.1';\n"
        )
        first.chmod(0o644)
        command = [str(PROGRAM), "--no-defaults", f"--datadir={self.folder / 'data'}", f"--port={self.port}",
                   "--bind-address=127.0.0.1", "--skip-name-resolve", f"--socket={self.folder / 'socket'}",
                   f"--init-file={first}", "--innodb-flush-log-at-trx-commit=0"]  # fmt: skip
        self._server = subprocess.Popen(command, **self._options())
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            if self._server.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"MariaDB does not start: {(self.folder / 'log').read_text()[-2000:]}")
            time.sleep(0.1)

    def remove(self) -> None:
        if self._server is not None:
            self._server.kill()
            self._server.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _answers(self) -> bool:
        """It listens on the port once it has read its first statements."""
        with socket.socket() as probe:
            probe.settimeout(1)
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def _options(self) -> dict[str, Any]:
        log = (self.folder / "log").open("ab")
        return {"cwd": self.folder, "stdin": subprocess.DEVNULL, "stdout": log, "stderr": log, **self._as}
