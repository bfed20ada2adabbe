"""Models from an index: over a line that breaks, from a server that lies, from a stick. Lost otherwise: 100 MB twice,
or the machine."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from csdesk.channels import download as downloads
from csdesk.channels.download import download
from csdesk.domain.ports import ChannelError
from csdesk.errors import DeskError, NetworkFailure, NotFound, Refused
from csdesk.services.model_index import ModelIndex
from csdesk.translation.models import Models
from tests.servers.files import FileServer
from tests.translating import DEMO

PACKAGE = (DEMO / "translate-es_en-0_2.argosmodel").read_bytes()
ENTRY: dict[str, Any] = {
    "package_version": "0.2", "argos_version": "1.9", "from_code": "es", "from_name": "Spanish", "to_code": "en",
    "to_name": "English", "links": ["models/es_en.argosmodel"],
}  # fmt: skip


@pytest.fixture
def server() -> Iterator[FileServer]:
    with FileServer() as running:
        running.files["/models/es_en.argosmodel"] = PACKAGE
        offer(running, ENTRY)
        yield running


def offer(server: FileServer, *entries: object) -> None:
    """What the index has."""
    server.files["/index.json"] = json.dumps(entries).encode()


def index(server: FileServer, folder: Path) -> ModelIndex:
    return ModelIndex(f"{server.url}/index.json", Models(folder / "models"))


def test_a_model_is_listed_fetched_proved_and_installed(server: FileServer, tmp_path: Path) -> None:
    """Lost otherwise: the way to a language that customers write."""
    offer(
        server, {**ENTRY, "package_version": "0.1"}, {**ENTRY, "sha256": hashlib.sha256(PACKAGE).hexdigest()}
    )
    shop = index(server, tmp_path)
    assert [(one.pair, one.version, one.installed) for one in shop.available()] == [("es-en", "0.2", "")]
    told: list[tuple[int, int]] = []
    (model,) = shop.install("es-en", lambda have, whole: told.append((have, whole)))
    assert model.pair == "es-en"
    assert told[-1] == (len(PACKAGE), len(PACKAGE))
    assert [one.installed for one in shop.available()] == ["0.2"]
    assert list((tmp_path / "models" / ".downloads").iterdir()) == []
    with pytest.raises(NotFound):
        shop.install("de-en")


def test_a_pair_without_a_package_is_installed_over_english(server: FileServer, tmp_path: Path) -> None:
    """Lost otherwise: Chinese, for a shop whose customers write Spanish: nobody made one package of that."""
    server.files["/models/en_es.argosmodel"] = (DEMO / "translate-en_es-0_2.argosmodel").read_bytes()
    server.files["/models/pt_en.argosmodel"] = renamed(PACKAGE, "es", "pt")
    offer(
        server,
        {**ENTRY, "from_code": "pt", "links": ["models/pt_en.argosmodel"]},
        {**ENTRY, "from_code": "en", "to_code": "es", "links": ["models/en_es.argosmodel"]},
    )
    shop = index(server, tmp_path)
    shop.install("pt-en")
    assert [one.pair for one in shop.install("pt-es")] == ["en-es"], "what is here is not fetched again"
    assert shop.install("pt-es") == ()
    for pair in ("pt-zh", "en-pt", "zh-es"):
        with pytest.raises(NotFound):
            shop.install(pair)


def renamed(package: bytes, source: str, to: str) -> bytes:
    """A package that says that it translates from another language."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as old, zipfile.ZipFile(out, "w") as new:
        for info in old.infolist():
            data = old.read(info)
            if info.filename.endswith("metadata.json"):
                data = data.replace(f'"from_code": "{source}"'.encode(), f'"from_code": "{to}"'.encode())
                assert f'"{to}"'.encode() in data
            new.writestr(info, data)
    return out.getvalue()


def test_a_broken_line_is_continued_where_it_broke(server: FileServer, tmp_path: Path) -> None:
    """Lost otherwise: what came already, on a thin line."""
    shop = index(server, tmp_path)
    shop.available()

    def break_off(have: int, whole: int) -> None:
        if have > 1_000_000:
            raise ChannelError("unreachable", "the line broke")

    with pytest.raises(NetworkFailure):
        shop.install("es-en", break_off)
    server.asked.clear()
    assert [one.pair for one in shop.install("es-en")] == ["es-en"]
    ranges = [wanted for path, wanted in server.asked if path.startswith("/models/")]
    assert len(ranges) == 1
    assert int(ranges[0].removeprefix("bytes=").rstrip("-")) > 1_000_000


@pytest.mark.parametrize("tag", ['"two"', 'W/"one"', ""])
def test_a_file_that_changed_meanwhile_begins_anew(server: FileServer, tmp_path: Path, tag: str) -> None:
    """Lost otherwise: a model made of two halves."""
    target = tmp_path / "file"
    server.files["/f"] = b"a" * 900_000
    server.break_after = 400_000
    with pytest.raises(ChannelError):
        download(f"{server.url}/f", target, limit=10**7)
    server.files["/f"] = b"b" * 900_000
    server.tag = tag
    download(f"{server.url}/f", target, limit=10**7)
    assert target.read_bytes() == b"b" * 900_000
    assert [one.name for one in tmp_path.iterdir()] == ["file"]


def test_a_wrong_digest_installs_nothing(server: FileServer, tmp_path: Path) -> None:
    """Lost otherwise: the machine, to whoever changed the file on its way."""
    offer(server, {**ENTRY, "sha256": "0" * 64})
    with pytest.raises(Refused) as refused:
        index(server, tmp_path).install("es-en")
    assert refused.value.code == "damaged_model"
    assert Models(tmp_path / "models").installed() == ()
    assert list((tmp_path / "models" / ".downloads").iterdir()) == []


@pytest.mark.parametrize("lengths", [True, False])
def test_a_file_without_end_is_left(server: FileServer, tmp_path: Path, lengths: bool) -> None:
    """Lost otherwise: the disk."""
    server.files["/f"] = b"a" * 900_000
    server.lengths = lengths
    with pytest.raises(ChannelError, match="larger"):
        download(f"{server.url}/f", tmp_path / "file", limit=300_000)
    assert not (tmp_path / "file").exists()


def test_redirects_lead_outside_of_https_nowhere(server: FileServer, tmp_path: Path) -> None:
    """Lost otherwise: what a router in between puts in."""
    server.redirects = {"/there": f"{server.url}/models/es_en.argosmodel", "/out": "http://mirror.example/x"}
    download(f"{server.url}/there", tmp_path / "file", limit=10**8)
    assert (tmp_path / "file").read_bytes() == PACKAGE
    with pytest.raises(ChannelError, match="https"):
        download(f"{server.url}/out", tmp_path / "other", limit=10**8)
    with pytest.raises(ChannelError, match="https"):
        download("http://mirror.example/x", tmp_path / "other", limit=10**8)
    with pytest.raises(ChannelError):
        downloads._allowed(f"{server.url}/x", downloads._server("https://mirror.example/"))


@pytest.mark.parametrize(
    "entry",
    [
        5, {}, {**ENTRY, "from_code": "../x"}, {**ENTRY, "to_code": "es"}, {**ENTRY, "links": "x"},
        {**ENTRY, "links": ["file:///etc/passwd"]}, {**ENTRY, "package_version": "../../1"}, {**ENTRY, "sha256": 5},
        {**ENTRY, "type": "sbd"}, {**ENTRY, "links": []},
    ],
)  # fmt: skip
def test_odd_entries_are_left_out(server: FileServer, tmp_path: Path, entry: object) -> None:
    """Lost otherwise: the whole index, to one entry; a file of this machine."""
    offer(server, entry, ENTRY)
    assert [one.pair for one in index(server, tmp_path).available()] == ["es-en"]
    offer(server, entry)
    assert index(server, tmp_path).available() == ()


def test_an_index_that_is_none_is_said(server: FileServer, tmp_path: Path) -> None:
    """Lost otherwise: what to correct."""
    for data in (b"<html>", b"{}", b"[" * 50_000):
        server.files["/index.json"] = data
        with pytest.raises(Refused):
            index(server, tmp_path).available()
    del server.files["/index.json"]
    with pytest.raises(DeskError):
        index(server, tmp_path).available()
    nobody = ModelIndex("http://127.0.0.1:9/index.json", Models(tmp_path / "models"))
    with pytest.raises(NetworkFailure):
        nobody.available()
    with pytest.raises(NotFound):
        ModelIndex(str(tmp_path / "none.json"), Models(tmp_path / "models")).available()


def test_a_mirror_on_a_stick_needs_no_network(tmp_path: Path) -> None:
    """Lost otherwise: models for machines without one."""
    stick = tmp_path / "stick"
    (stick / "models").mkdir(parents=True)
    (stick / "models" / "es_en.argosmodel").write_bytes(PACKAGE)
    (stick / "index.json").write_text(
        json.dumps([ENTRY, {**ENTRY, "from_code": "de", "links": ["/etc/passwd", "../x"]}])
    )
    shop = ModelIndex(str(stick / "index.json"), Models(tmp_path / "models"))
    assert [one.pair for one in shop.available()] == ["es-en"]
    assert [one.pair for one in shop.install("es-en")] == ["es-en"]


def test_a_full_disk_is_a_sentence(server: FileServer, tmp_path: Path) -> None:
    """Lost otherwise: what to do about it; and what came already is kept."""

    def full(*_args: object, **_more: object) -> None:
        raise OSError(28, "No space left on device")

    shop = ModelIndex(f"{server.url}/index.json", Models(tmp_path / "models"), fetch=full)
    with pytest.raises(Refused, match="No space left"):
        shop.available()
