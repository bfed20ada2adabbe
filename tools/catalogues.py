"""The interface's texts: extract them from the code, bring the Chinese catalogue up to date, compile it, and check
that nothing is missing, fuzzy, left over or filled with other placeholders than the original.

    python tools/catalogues.py            take in new texts, compile
    python tools/catalogues.py --check    change nothing; exit 1 and say what is wrong
"""

from __future__ import annotations

import ast
import io
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "csdesk"
LANGUAGE = "zh"
PO = SOURCE / "locale" / LANGUAGE / "LC_MESSAGES" / "csdesk.po"
MO = PO.with_suffix(".mo")
MARKS = {"_": 1, "N_": 1, "pgettext": 2, "ngettext": 2}
"""What marks a text in the code, and how many of its arguments are texts."""
PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


def extracted() -> Catalog:
    """Every text that the code marks, wherever it stands: in an f-string too."""
    catalogue = Catalog(project="csdesk", charset="utf-8")
    for path in sorted(SOURCE.rglob("*.py")):
        for name, found in marked(ast.parse(path.read_text("utf-8"))):
            context = found.pop(0) if name == "pgettext" else None
            message = tuple(found) if len(found) > 1 else found[0]
            catalogue.add(message, None, [(path.relative_to(ROOT).as_posix(), 0)], context=context)
    return catalogue


def marked(tree: ast.AST) -> Iterator[tuple[str, list[str]]]:
    """The name of the mark and its texts, for every mark whose texts are written out beside it."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    for node in sorted(calls, key=lambda call: (call.lineno, call.col_offset)):
        name = getattr(node.func, "id", "")
        if name in MARKS:
            found = [one.value for one in node.args[: MARKS[name]] if isinstance(one, ast.Constant)]
            if len(found) == MARKS[name]:
                yield name, [str(text) for text in found]


def stored() -> Catalog:
    """The catalogue as it lies in the repository; an empty one at first."""
    if PO.exists():
        with PO.open("rb") as file:
            return read_po(file, locale=LANGUAGE)
    return Catalog(
        locale=LANGUAGE,
        project="csdesk",
        version="1",
        header_comment="# The texts of csdesk in Simplified Chinese.",
        msgid_bugs_address="csdesk contributors",
        revision_date=datetime.now(UTC),
        last_translator="csdesk contributors",
        language_team="csdesk contributors",
        charset="utf-8",
        fuzzy=False,
    )


def texts(message: Message) -> tuple[list[str], list[str]]:
    """(originals, translations); plurals have several of either."""
    ids, strings = message.id, message.string
    return (
        list(ids) if isinstance(ids, (list, tuple)) else [ids],
        list(strings) if isinstance(strings, (list, tuple)) else [strings or ""],
    )


def faults(wanted: Catalog, found: Catalog) -> list[str]:
    """One sentence for everything that is wrong with a catalogue."""
    out = []
    for message in wanted:
        if not message.id:
            continue
        original = texts(message)[0]
        there = found.get(message.id, message.context)
        if there is None or not all(texts(there)[1]):
            out.append(f"not translated: {original[0]!r}")
        elif there.fuzzy:
            out.append(f"fuzzy: {original[0]!r}")
        elif fault := other_placeholders(original, texts(there)[1]):
            out.append(f"{fault}: {original[0]!r}")
    known = {(str(m.id), m.context) for m in wanted}
    out += [
        f"no longer in the code: {texts(m)[0][0]!r}" for m in found if (str(m.id), m.context) not in known
    ]
    out += [f"obsolete: {texts(m)[0][0]!r}" for m in found.obsolete.values()]
    return out


def other_placeholders(originals: list[str], translations: list[str]) -> str:
    """'' when every translation fills in what the original fills in. A singular may leave out its number."""
    allowed = {name for text in originals for name in PLACEHOLDER.findall(text)}
    needed = set(PLACEHOLDER.findall(originals[-1]))
    for text in translations:
        names = set(PLACEHOLDER.findall(text))
        if names - allowed or needed - names:
            return f"placeholders {sorted(names)} instead of {sorted(needed)}"
    return ""


def compiled(catalogue: Catalog) -> bytes:
    """The .mo of a catalogue."""
    out = io.BytesIO()
    write_mo(out, catalogue)
    return out.getvalue()


def said(mo: bytes) -> dict[tuple[str, str | None], str]:
    """What a .mo says, apart from its head, which names the version of the program that wrote it."""
    return {
        (str(message.id), message.context): str(message.string)
        for message in read_mo(io.BytesIO(mo))
        if message.id
    }


def check() -> list[str]:
    """What is wrong with the stored catalogue and its compiled form."""
    catalogue = stored()
    wrong = faults(extracted(), catalogue)
    if not MO.exists() or said(MO.read_bytes()) != said(compiled(catalogue)):
        wrong.append(f"{MO.relative_to(ROOT)} is not the compiled form of the .po beside it")
    return wrong


def update() -> None:
    """Take in new texts, drop those that are gone, compile. Nothing is guessed: a new text stays empty."""
    catalogue = stored()
    catalogue.update(extracted(), no_fuzzy_matching=True, update_creation_date=False)
    catalogue.obsolete.clear()
    catalogue.fuzzy = False
    for message in catalogue:
        message.locations = [(name, 0) for name in sorted({name for name, _ in message.locations})]
    PO.parent.mkdir(parents=True, exist_ok=True)
    with PO.open("wb") as file:
        write_po(file, catalogue, width=110, sort_by_file=True, ignore_obsolete=True, include_lineno=False)
    MO.write_bytes(compiled(stored()))


def main(words: list[str]) -> int:
    """Run as a command; the number is the exit code."""
    if "--check" not in words:
        update()
        empty = sum(1 for fault in check() if fault.startswith("not translated"))
        print(
            f"{PO.relative_to(ROOT)}: {empty} texts wait for a translation."
            if empty
            else "Catalogues are complete."
        )
        return 0
    wrong = check()
    for fault in wrong:
        print(f"{PO.relative_to(ROOT)}: {fault}")
    if wrong:
        print(
            f"{len(wrong)} faults. `make messages` takes in new texts and compiles; translations are written by hand."
        )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
