"""What the desk in memory does for writing: templates, drafts, words to complete."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from csdesk.domain.before import Finding, Reply, findings
from csdesk.domain.composed import Composed, doubts
from csdesk.domain.conversation import Draft, DraftLine
from csdesk.domain.limits import Limit
from csdesk.domain.mail import Address
from csdesk.domain.memory import Term
from csdesk.domain.people import Known
from csdesk.domain.template import Rendered, Template, Uses
from csdesk.errors import Conflict, NotFound, Usage
from csdesk.spelling.words import Word, words
from csdesk.templating import Problem, check
from tests.ui.fake_samples import NOW

if TYPE_CHECKING:
    from tests.ui.fakes import FakeDesk


@dataclass
class _Part:
    desk: FakeDesk


class FakeBefore:
    """The rules themselves, for a customer who writes `language`; '' where that is not told."""

    language = ""
    asked = 0
    terms: tuple[Term, ...] = ()

    def findings(
        self,
        conversation: int,
        text: str,
        *,
        language: str = "",
        chosen_language: bool = False,
        own: str = "",
        made: Composed | None = None,
    ) -> tuple[Finding, ...]:
        self.asked += 1
        if made is None:
            return findings(Reply(text, language, self.language, chosen_language, own))
        reply = Reply(made.text, made.target_language, "", chosen_language, made.own)
        return (*doubts(made, self.terms), *findings(reply))

    def first(self, to: str, text: str, *, made: object = None) -> tuple[Finding, ...]:
        return findings(Reply(text))


class FakeTemplates(_Part):
    def find(
        self, query: str, *, language: str = "", conversation: int | None = None
    ) -> tuple[Template, ...]:
        return tuple(one for one in self.desk.texts.values() if query.lower() in one.name or not query)

    def render(
        self,
        name: str,
        *,
        conversation: int | None = None,
        language: str = "",
        answers: Mapping[str, str] = {},
    ) -> Rendered:
        template = self.desk.texts[name]
        text = template.texts.get(language) or template.texts["en"]
        body = text.body.replace("{name}", "Ana").replace("{days}", answers.get("days", "{{ days }}"))
        missing = ("days",) if "{{" in body else ()
        return Rendered(name, text.language, body, "", missing)

    def uses(self) -> Mapping[str, Uses]:
        return {"delayed": Uses(3, 14, NOW)}

    def examine(self, template: Template) -> tuple[Problem, ...]:
        return tuple(check([template], ("en", "es", "zh")))

    def opened(self, name: str) -> tuple[Template, str]:
        return self.desk.texts[name], str(len(self.desk.calls_of("save_template")))

    def save(self, template: Template, before: str | None = None) -> Template:
        self.desk.note_call("save_template", (template, before))
        self.desk.texts[template.name] = replace(template, origin="own")
        return template

    def copy(self, name: str, new: str) -> Template:
        if new in self.desk.texts:
            raise Conflict(f"There is a template {new} already.")
        return self.save(replace(self.desk.texts[name], name=new))

    def remove(self, name: str) -> Template | None:
        if self.desk.texts[name].origin != "own":
            raise NotFound(f"{name} is none of your own templates.")
        self.desk.gone[name] = self.desk.texts.pop(name)
        return None

    def put_back(self, name: str) -> Template:
        self.desk.texts[name] = self.desk.gone.pop(name)
        return self.desk.texts[name]

    def asks(
        self, name: str, *, conversation: int | None = None, language: str = ""
    ) -> tuple[tuple[str, str], ...]:
        return (("days", "How many days?"),) if name == "delayed" else ()


class FakeDrafts(dict[tuple[int, str], Draft]):
    """Drafts by conversation and mode, and those that were thrown away, by their place in a list."""

    def __init__(self, desk: FakeDesk) -> None:
        super().__init__()
        self.desk = desk
        self.gone: list[Draft] = []

    def all(self) -> tuple[DraftLine, ...]:
        lines = [self._line(None, one) for one in self.values()]
        return (*lines, *(self._line(number, one) for number, one in enumerate(self.gone, 1)))

    def _line(self, number: int | None, draft: Draft) -> DraftLine:
        thread = self.desk.thread_of(draft.conversation_id)
        return DraftLine(
            number, thread.id, draft.mode, draft.text, draft.updated_at, thread.who, thread.subject
        )

    def restore(self, number: int) -> Draft:
        self.desk.note_call("restore_draft", number)
        draft = self.gone.pop(number - 1)
        self[draft.conversation_id, draft.mode] = draft
        return draft


class FakeAlong:
    """What goes along with a reply."""

    def known_addresses(self, conversation: int) -> tuple[Known, ...]:
        return (
            Known("ana@work.example", "Ana López", "customer"),
            Known("mei@nordlicht.example", "Mei", "colleague"),
        )

    def vocabulary(self, conversation: int) -> tuple[str, ...]:
        return ("#1042", "RB123456785CN", "MUG-B", "Mug, blue", "Madrid", "López", "paquete", "pasado")

    def addresses(self, given: Sequence[str]) -> tuple[Address, ...]:
        for one in given:
            if "@" not in one:
                raise Usage(f"{one} is not a mail address.")
        return tuple(Address(one) for one in given)

    def holds(self, conversation: int) -> Limit:
        return Limit("ebay", characters=2000 if conversation == 2 else 0)

    def room(self, conversation: int) -> Limit:
        return Limit("mail", files=3, file_bytes=1000)


@dataclass
class FakeSpelling:
    """A dictionary that knows every word but 'paqeute' and 'wrnog'."""

    no_dictionary: str = ""
    asked: int = 0
    added: tuple[str, ...] = ()

    def trouble(self, language: str, country: str = "") -> str:
        return self.no_dictionary

    def wrong(
        self, text: str, language: str, *, country: str = "", known: Collection[str] = ()
    ) -> tuple[Word, ...]:
        self.asked += 1
        bad = {"paqeute", "wrnog"} - set(self.added)
        return tuple(one for one in words(text, language) if one.text in bad)

    def suggest(self, word: str, language: str, *, country: str = "") -> tuple[str, ...]:
        return ("paquete", "paquetes")

    def add(self, word: str, language: str) -> None:
        self.added += (word,)
