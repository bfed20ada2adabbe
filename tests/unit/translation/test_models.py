"""Packages are checked before they are opened. Lost otherwise: the machine, to a file from a stick."""

from __future__ import annotations

import io
import json
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from csdesk.errors import NotFound, Refused
from csdesk.translation import models
from csdesk.translation.models import Models

GOOD = {"from_code": "es", "to_code": "en", "package_version": "1.0"}
Change = Callable[[zipfile.ZipFile], None]


def package(
    path: Path,
    *,
    about: object = GOOD,
    raw: bytes | None = None,
    without: str = "",
    more: Change | None = None,
) -> Path:
    """A package with empty models, and whatever is wrong with it."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in (
            ("metadata.json", raw if raw is not None else json.dumps(about).encode()),
            ("model/model.bin", b"model"),
            ("model/config.json", b"{}"),
            ("sentencepiece.model", b"pieces"),
        ):
            if name != without:
                made.writestr(f"translate-es_en/{name}", data)
        if more is not None:
            more(made)
    return path


def link(made: zipfile.ZipFile) -> None:
    info = zipfile.ZipInfo("translate-es_en/model/link")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    made.writestr(info, "/etc/passwd")


def twice(made: zipfile.ZipFile) -> None:
    with pytest.warns(UserWarning, match="Duplicate"):
        made.writestr("translate-es_en/model/model.bin", b"other")


def many(made: zipfile.ZipFile) -> None:
    for number in range(models.MOST_MEMBERS):
        made.writestr(f"translate-es_en/{number}", b"")


HOSTILE: dict[str, dict[str, object]] = {
    "above": {"more": lambda made: made.writestr("../evil", b"x")},
    "above inside": {"more": lambda made: made.writestr("translate-es_en/../../evil", b"x")},
    "absolute": {"more": lambda made: made.writestr("/tmp/evil", b"x")},
    "backslash": {"more": lambda made: made.writestr("translate-es_en/..\\evil", b"x")},
    "escape": {"more": lambda made: made.writestr("translate-es_en/\x1b[31m", b"x")},
    "second folder": {"more": lambda made: made.writestr("other/file", b"x")},
    "link": {"more": link},
    "twice": {"more": twice},
    "too many": {"more": many},
    "bomb": {"more": lambda made: made.writestr("translate-es_en/bomb", b"\0" * 30_000_000)},
    "no model": {"without": "model/model.bin"},
    "no tokenizer": {"without": "sentencepiece.model"},
    "no metadata": {"without": "metadata.json"},
    "no json": {"raw": b"{"},
    "deep json": {"raw": b"[" * 50_000},
    "large metadata": {"raw": b" " * 100_000 + b"{}"},
    "a list": {"about": []},
    "no codes": {"about": {}},
    "path as code": {"about": {**GOOD, "from_code": "../x"}},
    "one language": {"about": {**GOOD, "to_code": "es"}},
    "path as version": {"about": {**GOOD, "package_version": "../../1"}},
    "prefix": {"about": {**GOOD, "target_prefix": 5}},
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_package_is_refused_and_leaves_nothing(tmp_path: Path, name: str) -> None:
    """Lost otherwise: files outside of the folder, memory, the disk."""
    file = package(tmp_path / "a.argosmodel", **HOSTILE[name])  # type: ignore[arg-type]
    place = Models(tmp_path / "models")
    with pytest.raises(Refused) as refused:
        place.install(file)
    assert refused.value.code == "damaged_model"
    assert place.installed() == ()
    assert sorted(one.name for one in tmp_path.rglob("*")) in (["a.argosmodel"], ["a.argosmodel", "models"])


def test_a_damaged_file_is_refused(tmp_path: Path) -> None:
    """Lost otherwise: a model with holes, from a download that broke off."""
    file = package(tmp_path / "a.argosmodel")
    whole = file.read_bytes()
    for broken in (b"", b"text", whole[: len(whole) // 2], whole.replace(b"model\x0b", b"xxxxx\x0b")):
        file.write_bytes(broken)
        if broken == whole:
            continue
        with pytest.raises(Refused):
            Models(tmp_path / "models").install(file)
    crooked = bytearray(whole)
    crooked[whole.index(b"metadata.json") + len(b"metadata.json") + 4] ^= 0xFF
    file.write_bytes(crooked)
    with pytest.raises(Refused):
        Models(tmp_path / "models").install(file)
    with pytest.raises(NotFound):
        Models(tmp_path / "models").install(tmp_path / "nothing")


def test_a_size_that_lies_is_noticed_while_unpacking(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lost otherwise: a full disk."""
    file = package(tmp_path / "a.argosmodel")
    manifest = models.check(file)
    less = models.Manifest(manifest.source, manifest.target, manifest.version, manifest.folder, 10)
    monkeypatch.setattr(models, "_checked", lambda _package: less)
    with pytest.raises(Refused, match="larger than it says"):
        Models(tmp_path / "models").install(file)
    assert Models(tmp_path / "models").installed() == ()


def test_a_full_disk_is_said_before_anything_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lost otherwise: the last bytes of the store's disk."""
    monkeypatch.setattr(models.shutil, "disk_usage", lambda _folder: type("Usage", (), {"free": 5}))
    with pytest.raises(Refused) as refused:
        Models(tmp_path / "models").install(package(tmp_path / "a.argosmodel"))
    assert refused.value.code == "disk_full"


def test_a_new_version_replaces_the_old_and_remove_takes_all(tmp_path: Path) -> None:
    """Lost otherwise: which of two models answers."""
    place = Models(tmp_path / "models")
    place.install(package(tmp_path / "1", about={**GOOD, "package_version": "1.9"}))
    place.install(package(tmp_path / "2", about={**GOOD, "package_version": "1.10"}), demo=True)
    place.install(package(tmp_path / "3", about={**GOOD, "from_code": "en", "to_code": "es"}))
    found = place.installed()
    assert [(one.pair, one.version, one.demo) for one in found] == [
        ("en-es", "1.0", False),
        ("es-en", "1.10", True),
    ]
    assert len([one for one in place.folder.iterdir() if not one.name.startswith(".")]) == 2
    assert found[1].size > 10
    place.remove("es-en")
    assert [one.pair for one in place.installed()] == ["en-es"]
    for pair in ("es-en", "../..", ""):
        with pytest.raises(NotFound):
            place.remove(pair)
    assert [one.name for one in place.folder.iterdir()] == ["translate-en_es-1_0"]


def test_a_folder_that_is_no_package_is_left_out(tmp_path: Path) -> None:
    """Lost otherwise: every translation, to one broken folder."""
    for name, about in (("a", "{"), ("b", "[]"), ("c", json.dumps(GOOD))):
        (tmp_path / name).mkdir()
        (tmp_path / name / "metadata.json").write_text(about)
    (tmp_path / "file").write_bytes(io.BytesIO(b"x").getvalue())
    assert Models(tmp_path).installed() == ()
