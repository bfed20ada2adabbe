"""Models that can be had: from the Argos index or a mirror of it, which is a URL or a file; fetched, proved and then
installed."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from csdesk.channels.download import Progress, download, quiet
from csdesk.domain.ports import ChannelError
from csdesk.errors import DeskError, NetworkFailure, NotFound, Refused
from csdesk.i18n import _
from csdesk.text import clean_line

if TYPE_CHECKING:
    from csdesk.translation.models import Model, Models

LARGEST_INDEX = 5_000_000
LARGEST_PACKAGE = 2_000_000_000
_CODE = re.compile(r"[a-z]{2,3}")
PIVOT = "en"
"""Over which Argos packages lead where no direct one was made."""
Fetch = Callable[..., None]


@dataclass(frozen=True, slots=True)
class Offer:
    """A package of the index. `digest` is its SHA-256 in hexadecimal, '' where the index has none; `installed` the
    version that is on this machine, '' for none."""

    source: str
    target: str
    version: str
    url: str
    digest: str = ""
    installed: str = ""

    @property
    def pair(self) -> str:
        """As people write it: es-en."""
        return f"{self.source}-{self.target}"


class ModelIndex:
    """What an index offers. `place` is its URL, or the path of a file whose links may be relative to it."""

    def __init__(self, place: str, models: Models, fetch: Fetch = download) -> None:
        self.place = place
        self.models = models
        self._fetch = fetch

    def available(self) -> tuple[Offer, ...]:
        """All packages by pair, the newest version of each. Raises DeskError."""
        here = {one.pair: one.version for one in self.models.installed()}
        found: dict[str, Offer] = {}
        for entry in self._entries():
            offer = self._offer(entry, here)
            if offer and (
                offer.pair not in found or _version(offer.version) > _version(found[offer.pair].version)
            ):
                found[offer.pair] = offer
        return tuple(found[pair] for pair in sorted(found))

    def install(self, pair: str, progress: Progress = quiet) -> tuple[Model, ...]:
        """Fetch, prove and install the package of a pair such as es-en. Where the index has none, the two over English
        that lead there, as far as they are not here. What was fetched before the line broke is not fetched again.
        Raises DeskError."""
        offers = {one.pair: one for one in self.available()}
        source, _dash, target = pair.partition("-")
        way = [pair] if pair in offers else [f"{source}-{PIVOT}", f"{PIVOT}-{target}"]
        if (PIVOT in (source, target) and pair not in offers) or not all(one in offers for one in way):
            words = _("The index has no model for {pair}; csdesk models available lists what it has.")
            raise NotFound(words.format(pair=clean_line(pair, limit=40)))
        wanted = [one for one in way if len(way) == 1 or not offers[one].installed]
        return tuple(self._install(offers[one], progress) for one in wanted)

    def _install(self, offer: Offer, progress: Progress) -> Model:
        pair = offer.pair
        folder = self.models.folder / ".downloads"
        file = folder / f"{offer.source}_{offer.target}-{offer.version or '0'}.argosmodel"
        self._get(offer.url, file, LARGEST_PACKAGE, progress)
        try:
            if offer.digest and _digest(file) != offer.digest:
                words = _(
                    "The model for {pair} is not what the index promises (SHA-256); nothing was installed."
                )
                raise Refused(words.format(pair=pair), code="damaged_model")
            return self.models.install(file)
        finally:
            file.unlink(missing_ok=True)

    def _entries(self) -> list[Any]:
        file = self.models.folder / ".downloads" / "index.json"
        self._get(self.place, file, LARGEST_INDEX, quiet)
        try:
            found = json.loads(file.read_bytes())
        except (ValueError, RecursionError, OSError):
            found = None
        finally:
            file.unlink(missing_ok=True)
        if not isinstance(found, list):
            raise Refused(
                _("{place} is no index of models.").format(place=clean_line(self.place)), code="index"
            )
        return found

    def _get(self, place: str, file: Path, limit: int, progress: Progress) -> None:
        """A URL or a path of this machine, into a file."""
        try:
            file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            if urlsplit(place).scheme in ("http", "https"):
                self._fetch(place, file, limit=limit, progress=progress)
                return
            path = Path(place).expanduser()
            if path.stat().st_size > limit:
                raise Refused(_("{path} is too large.").format(path=path), code="index")
            shutil.copyfile(path, file)
        except ChannelError as error:
            kind: type[DeskError] = Refused if error.code == "not_configured" else NetworkFailure
            raise kind(error.message, code=error.code) from error
        except FileNotFoundError as error:
            raise NotFound(_("There is no file {path}.").format(path=clean_line(place))) from error
        except OSError as error:
            words = _("{place} could not be fetched: {reason}. What is there already is kept.")
            raise Refused(
                words.format(place=clean_line(place), reason=error.strerror or error), code="file"
            ) from error

    def _offer(self, entry: Any, here: dict[str, str]) -> Offer | None:
        """An entry as an offer; None for what is no translation model, or nothing that can be understood."""
        if not isinstance(entry, dict) or entry.get("type", "translate") != "translate":
            return None
        source, target = entry.get("from_code"), entry.get("to_code")
        version, links = entry.get("package_version", ""), entry.get("links")
        digest = entry.get("sha256", "")
        if not (isinstance(source, str) and _CODE.fullmatch(source) and isinstance(target, str)):
            return None
        if not _CODE.fullmatch(target) or source == target or not isinstance(links, list):
            return None
        if not isinstance(version, str) or not re.fullmatch(r"[0-9.]{0,20}", version):
            return None
        if not isinstance(digest, str) or not re.fullmatch(r"(?:[0-9a-f]{64})?", digest):
            return None
        url = next((self._link(one) for one in links if isinstance(one, str) and self._link(one)), "")
        return (
            Offer(source, target, version, url, digest, here.get(f"{source}-{target}", "")) if url else None
        )

    def _link(self, link: str) -> str:
        """Absolute: a link of a remote index never leads to a file of this machine."""
        if urlsplit(self.place).scheme in ("http", "https"):
            whole = urljoin(self.place, link)
            return whole if urlsplit(whole).scheme in ("http", "https") else ""
        if urlsplit(link).scheme in ("http", "https"):
            return link
        if urlsplit(link).scheme or Path(link).is_absolute() or ".." in Path(link).parts:
            return ""
        return str(Path(self.place).expanduser().parent / link)


def _version(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(".") if part.isdigit())


def _digest(file: Path) -> str:
    with file.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()
