"""What a shop does without a network, by commands, in a namespace that has none but loopback: `python -m
tests.real.offline FOLDER`. Prints one JSON object. The test beside it starts it and looks at that."""

from __future__ import annotations

import fcntl
import json
import os
import socket
import struct
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.servers.smtp import SmtpServer

SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP = 0x8913, 0x8914, 1
REPLY = "Your parcel 4471-22 left on 20/11/2026. The total was 12.50 EUR. Tracking: RB123456785CN."


def loopback_up() -> None:
    """A new namespace begins with its loopback down."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        asked = struct.pack("16sh14x", b"lo", 0)
        flags = struct.unpack("16sh14x", fcntl.ioctl(any_socket, SIOCGIFFLAGS, asked))[1]
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", flags | IFF_UP))


def reached() -> bool:
    """Whether anything outside can be reached."""
    try:
        socket.create_connection(("192.0.2.1", 53), 2).close()
    except OSError:
        return False
    return True


def main(folder: Path) -> None:
    """Fetch, read, answer."""
    loopback_up()
    store = f"sqlite:///{folder / 'desk.db'}"
    said: dict[str, Any] = {"reached": reached()}

    def csdesk(*words: str) -> list[Any]:
        done = subprocess.run(
            [sys.executable, "-m", "csdesk", "--store", store, "--json", *words],
            capture_output=True, text=True, env={**os.environ, "XDG_DATA_HOME": str(folder)}, check=False,
        )  # fmt: skip
        if done.returncode:
            raise SystemExit(f"{words}: {done.stderr}")
        return [json.loads(line) for line in done.stdout.splitlines()]

    mails = folder / "mails"
    for name in ("new", "cur", "tmp"):
        (mails / name).mkdir(parents=True)
    (mails / "new" / "1").write_bytes(
        b"From: Ana <ana@example.com>\r\nTo: shop@example.com\r\nSubject: Pedido\r\nMessage-ID: <1@example.com>\r\n"
        b"Date: Fri, 20 Nov 2026 10:00:00 +0100\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
        + "Hola, quisiera saber dónde está mi pedido 4471-22. El total fue de 12,50 EUR. Gracias.\r\n".encode()
    )
    for package in sorted((Path(__file__).parents[2] / "csdesk" / "demo" / "models").glob("*.argosmodel")):
        csdesk("models", "install", str(package))
    with SmtpServer() as sink:
        csdesk(
            "account",
            "add",
            "shop",
            "maildir",
            str(mails),
            "--smtp",
            sink.url(),
            "--address",
            "shop@example.com",
        )
        said["sync"] = csdesk("sync", "--once")[0]
        (row,) = csdesk("queue")
        talk = str(row["id"])
        said["shown"] = csdesk("show", talk, "--lang", "en")[0]["messages"][0]
        said["own"] = REPLY
        said["draft"] = csdesk("reply", talk, "--translate", "--text", REPLY)[0]
        said["before"] = len(sink.accepted)
        said["sent"] = csdesk("reply", talk, "--send", "--now")[0]
        said["second"] = csdesk("sync", "--once")[0]
        said["raw"] = sink.wait_for(1)[0].raw.decode("utf-8", "replace")
        csdesk("sync", "--once")
        said["mails"] = len(sink.accepted)
        said["after"] = csdesk("show", talk)[0]["messages"]
    print(json.dumps(said))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
