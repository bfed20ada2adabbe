"""Argos packages in a folder of the user's data: checked before they are opened, put in place in one step, listed,
removed. Nothing in a package is ever run.

A package (.argosmodel) is a zip with one folder: metadata.json, model/ for CTranslate2, and sentencepiece.model or
bpe.model (https://github.com/argosopentech/argos-translate). Knows no worker.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from csdesk.errors import NotFound, Refused
from csdesk.i18n import _
from csdesk.text import clean_line

MOST_MEMBERS = 200
LARGEST = 3 * 1024**3
"""Bytes that a package may have when it is unpacked."""
LARGEST_RATIO = 200
"""How many times larger than packed a member may be; real models shrink to nine tenths."""
LARGEST_METADATA = 64 * 1024
OURS = "csdesk.json"
"""Beside a package's own files: what we know of it."""
DEMONSTRATION = frozenset(
    {
        "66ba837edc04c0353c6f07e6302c81446b17c3f553bf27c712bddb35f52b0560",
        "1ed584a0af7212201578205895a67a9975877c78adf9f1080ffd87aff69a2fb8",
        "b9df9f7e81fab2cb0b25cef4a1ce521c799f11571428eddc0d1f6ab334a621f5",
        "03c294d0086d08d723da3ebe91b5e80ffea03b2f63cda4a2460bb4e683596fa0",
    }
)
"""SHA-256 of the packages that are demonstrations, whoever installs them; see csdesk/demo/models/README.md."""
_CODE = re.compile(r"[a-z]{2,3}")
_CHUNK = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Model:
    """One installed package. `size` is bytes on the disk, `path` its folder. `demo` marks a demonstration model."""

    source: str
    target: str
    version: str
    path: Path
    size: int
    prefix: str = ""
    demo: bool = False

    @property
    def pair(self) -> str:
        """As people write it: es-en."""
        return f"{self.source}-{self.target}"

    @property
    def title(self) -> str:
        """As a translation names it: es→en 0.2."""
        return f"{self.source}→{self.target} {self.version}".rstrip()


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a checked package says of itself. `folder` is the one folder in the zip, `size` its bytes unpacked."""

    source: str
    target: str
    version: str
    folder: str
    size: int


def check(file: Path) -> Manifest:
    """Look into a package without unpacking it. Raises NotFound when it is not there, Refused (damaged_model) with
    what is wrong with it."""
    try:
        with zipfile.ZipFile(file) as package:
            return _checked(package)
    except FileNotFoundError:
        raise NotFound(_("There is no file {path}.").format(path=file)) from None
    except (
        zipfile.BadZipFile,
        zipfile.LargeZipFile,
        EOFError,
        ValueError,
        RuntimeError,
        zlib.error,
    ) as error:
        raise damaged(file, _("it is no zip file, or a damaged one")) from error
    except _Wrong as error:
        raise damaged(file, str(error)) from error
    except OSError as error:
        raise Refused(
            _("{path} cannot be read: {reason}.").format(path=file, reason=error.strerror or error),
            code="file",
        ) from error


class Models:
    """The packages in one folder, which need not exist yet."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def installed(self) -> tuple[Model, ...]:
        """All that can be used, by pair; of two versions of one pair the newer. What is broken is left out."""
        found: dict[str, Model] = {}
        for model in sorted(self._all(), key=lambda one: _version(one.version)):
            found[model.pair] = model
        return tuple(found[pair] for pair in sorted(found))

    def find(self, source: str, target: str) -> Model | None:
        """The package of a pair."""
        return next((one for one in self.installed() if (one.source, one.target) == (source, target)), None)

    def install(self, file: Path, *, demo: bool = False) -> Model:
        """Unpack a package that was checked; it replaces what there was of its pair. Raises NotFound, Refused."""
        manifest = check(file)
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            free = shutil.disk_usage(self.folder).free
            if free < manifest.size + 16 * _CHUNK:
                words = _("{path} needs {size} MB, and {folder} has {free} MB left.")
                raise Refused(
                    words.format(path=file, size=_mb(manifest.size), folder=self.folder, free=_mb(free)),
                    code="disk_full",
                )
            with tempfile.TemporaryDirectory(prefix=".new-", dir=self.folder) as scratch:
                place = Path(scratch) / "package"
                with zipfile.ZipFile(file) as package:
                    _unpack(package, _checked(package), place)
                digest = _digest(file)
                ours = {"demo": demo or digest in DEMONSTRATION, "sha256": digest}
                (place / OURS).write_text(json.dumps(ours), "utf-8")
                self._put(place, manifest)
        except (zipfile.BadZipFile, EOFError, ValueError, RuntimeError, zlib.error) as error:
            raise damaged(file, _("what is in it does not unpack")) from error
        except _Wrong as error:
            raise damaged(file, str(error)) from error
        except OSError as error:
            words = _("{path} could not be installed: {reason}. Nothing was changed.")
            raise Refused(words.format(path=file, reason=error.strerror or error), code="file") from error
        model = self.find(manifest.source, manifest.target)
        if model is None:
            raise damaged(file, _("what is in it cannot be used"))
        return model

    def remove(self, pair: str) -> tuple[Model, ...]:
        """Take away every version of a pair such as es-en. Raises NotFound."""
        gone = tuple(model for model in self._all() if model.pair == pair)
        if not gone:
            raise NotFound(_("No model for {pair} is installed.").format(pair=clean_line(pair, limit=40)))
        for model in gone:
            self._discard(model.path)
        return gone

    def _put(self, place: Path, manifest: Manifest) -> None:
        """In one step: a reader sees the old package, or the new one."""
        name = f"translate-{manifest.source}_{manifest.target}-{manifest.version.replace('.', '_') or '0'}"
        target = self.folder / name
        old = [model.path for model in self._all() if model.pair == f"{manifest.source}-{manifest.target}"]
        if target.exists() or target.is_symlink():
            self._discard(target)
        place.replace(target)
        for path in old:
            if path != target:
                self._discard(path)

    def _discard(self, path: Path) -> None:
        aside = Path(tempfile.mkdtemp(prefix=".old-", dir=self.folder))
        path.replace(aside / path.name)
        shutil.rmtree(aside, ignore_errors=True)

    def _all(self) -> Iterator[Model]:
        try:
            folders = sorted(self.folder.iterdir())
        except OSError:
            return
        for path in folders:
            if path.name.startswith(".") or path.is_symlink() or not path.is_dir():
                continue
            with suppress(OSError, ValueError, _Wrong):
                yield _read(path)


class _Wrong(Exception):
    """What is wrong with a package, as a half sentence."""


def damaged(file: Path, reason: str) -> Refused:
    """The error for a package that cannot be used."""
    words = _("{path} is no model that can be used: {reason}. Nothing was installed.")
    return Refused(words.format(path=file, reason=reason), code="damaged_model")


def _read(path: Path) -> Model:
    source, target, version, prefix = _codes(json.loads(_limited(path / "metadata.json")))
    names = {one.relative_to(path).as_posix() for one in path.rglob("*") if one.is_file()}
    _need(names)
    ours: dict[str, Any] = {}
    with suppress(OSError, ValueError):
        ours = json.loads(_limited(path / OURS))
    size = sum(one.lstat().st_size for one in path.rglob("*") if one.is_file())
    return Model(source, target, version, path, size, prefix, bool(ours.get("demo")))


def _limited(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(LARGEST_METADATA)


def _codes(metadata: Any) -> tuple[str, str, str, str]:
    """Both codes, the version and the word that the model wants before each output."""
    if not isinstance(metadata, dict):
        raise _Wrong(_("its metadata.json is no object"))
    source, target = metadata.get("from_code"), metadata.get("to_code")
    for code in (source, target):
        if not isinstance(code, str) or not _CODE.fullmatch(code):
            raise _Wrong(_("its metadata.json names no two languages"))
    if source == target:
        raise _Wrong(_("its metadata.json names one language twice"))
    version = metadata.get("package_version", "")
    if not isinstance(version, str) or not re.fullmatch(r"[0-9]{0,6}(?:\.[0-9]{1,6}){0,3}", version):
        raise _Wrong(_("its metadata.json has a version that is none"))
    prefix = metadata.get("target_prefix", "")
    if not isinstance(prefix, str) or len(prefix) > 40:
        raise _Wrong(_("its metadata.json has a prefix that is none"))
    return str(source), str(target), version, prefix


def _need(names: set[str]) -> None:
    if "model/model.bin" not in names:
        raise _Wrong(_("there is no model in it"))
    if not {"sentencepiece.model", "bpe.model"} & names:
        raise _Wrong(_("there is no tokenizer in it"))


def _checked(package: zipfile.ZipFile) -> Manifest:
    members = package.infolist()
    if not members or len(members) > MOST_MEMBERS:
        raise _Wrong(_("it has {count} files").format(count=len(members)))
    seen: set[str] = set()
    size = 0
    for one in members:
        _check_name(one)
        if one.filename in seen:
            raise _Wrong(_("it has two files of one name"))
        seen.add(one.filename)
        size += one.file_size
        if one.file_size > max(_CHUNK, LARGEST_RATIO * one.compress_size):
            raise _Wrong(_("a file in it would grow beyond all measure"))
        if size > LARGEST:
            raise _Wrong(_("it is larger than {size} MB").format(size=_mb(LARGEST)))
    folders = {PurePosixPath(name).parts[0] for name in seen}
    folder = folders.pop()
    if folders:
        raise _Wrong(_("it has more than one folder"))
    names = {name.removeprefix(f"{folder}/") for name in seen}
    _need(names)
    if "metadata.json" not in names:
        raise _Wrong(_("there is no metadata.json in it"))
    about = package.getinfo(f"{folder}/metadata.json")
    if about.file_size > LARGEST_METADATA:
        raise _Wrong(_("its metadata.json is too large"))
    with package.open(about) as file:
        raw = file.read(LARGEST_METADATA + 1)
    try:
        metadata = json.loads(raw)
    except (ValueError, RecursionError):
        raise _Wrong(_("its metadata.json is no JSON")) from None
    source, target, version, _prefix = _codes(metadata)
    return Manifest(source, target, version, folder, size)


def _check_name(member: zipfile.ZipInfo) -> None:
    name = member.filename
    parts = name.rstrip("/").split("/")
    fine = re.fullmatch(r"[\w .+@-]+(?:/[\w .+@-]+){0,5}/?", name, re.ASCII) and len(name) <= 200
    if not fine or any(part.strip(". ") == "" for part in parts) or ".." in parts:
        raise _Wrong(_("it has a file outside of its folder, or with a name that is none"))
    kind = stat.S_IFMT(member.external_attr >> 16)
    if kind and not (stat.S_ISREG(kind) or stat.S_ISDIR(kind)):
        raise _Wrong(_("it has a link or a device in it"))
    if member.flag_bits & 0x1:
        raise _Wrong(_("it is encrypted"))


def _unpack(package: zipfile.ZipFile, manifest: Manifest, place: Path) -> None:
    """Each file by ourselves, byte by byte counted: what a zip says of its sizes may be a lie."""
    left = manifest.size
    place.mkdir(mode=0o700)
    for member in package.infolist():
        name = member.filename.removeprefix(f"{manifest.folder}/").rstrip("/")
        if not name or member.filename.rstrip("/") == manifest.folder:
            continue
        target = place / name
        if member.is_dir():
            target.mkdir(mode=0o700, parents=True, exist_ok=True)
            continue
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with package.open(member) as source, target.open("xb") as out:
            while chunk := source.read(_CHUNK):
                left -= len(chunk)
                if left < 0:
                    raise _Wrong(_("it is larger than it says"))
                out.write(chunk)
            out.flush()
            os.fsync(out.fileno())
        target.chmod(0o600)


def _digest(file: Path) -> str:
    with file.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()


def _version(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(".") if part.isdigit())


def _mb(size: int) -> int:
    return -(-size // 1_000_000)
