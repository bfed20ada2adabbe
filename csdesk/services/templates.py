"""Reply templates: the desk's own and the person's folders, found and filled in for a conversation."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from pathlib import Path

from csdesk.domain.customer import Customer
from csdesk.domain.orders import Order, stage
from csdesk.domain.template import Rendered, Template
from csdesk.errors import NotFound
from csdesk.i18n import _
from csdesk.i18n import language as interface_language
from csdesk.services.context import Context
from csdesk.templating import Engine, Problem, best_language, check, context, find, load_folder
from csdesk.templating.context import KNOWN

BUILT_IN = Path(__file__).parent.parent / "templates"


class Templates:
    """Finds and fills templates. Facts of an order go in only when it is linked to the conversation."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.store = context.store
        self.engine = Engine()
        self._lock = threading.Lock()
        self._loaded: dict[str, Template] | None = None
        self._problems: tuple[Problem, ...] = ()

    def _templates(self) -> dict[str, Template]:
        with self._lock:
            if self._loaded is None:
                found: dict[str, Template] = {}
                problems: list[Problem] = []
                base = self.context.config.source.parent if self.context.config.source else Path.cwd()
                for folder in (
                    BUILT_IN,
                    *(base / Path(f).expanduser() for f in self.context.config.templates.folders),
                ):
                    loaded = load_folder(folder)
                    found.update({template.name: template for template in loaded.templates})
                    problems += loaded.problems
                self._loaded, self._problems = found, tuple(problems)
            return self._loaded

    def all(self) -> tuple[Template, ...]:
        """All templates by name; a later folder's replaces an earlier one's."""
        return tuple(template for _name, template in sorted(self._templates().items()))

    def get(self, name: str) -> Template:
        """One template. Raises NotFound naming the nearest."""
        found = self._templates().get(name)
        if found is None:
            near = ", ".join(t.name for t in find(self.all(), name)[:3]) or ", ".join(
                sorted(self._templates())
            )
            raise NotFound(
                _("There is no template {name!r}; did you mean {near}?").format(name=name, near=near)
            )
        return found

    def find(
        self, query: str, *, language: str = "", conversation: int | None = None
    ) -> tuple[Template, ...]:
        """Templates that fit the words, best first, with the order stage of the conversation in mind."""
        customer, order = self._facts(conversation)
        now = self.context.clock.now()
        wanted = language or (customer.language if customer else "")
        return find(self.all(), query, wanted, stage(order, now) if order else "")

    def render(
        self,
        name: str,
        *,
        conversation: int | None = None,
        language: str = "",
        answers: Mapping[str, str] | None = None,
        agent: str | None = None,
    ) -> Rendered:
        """A template filled in for a conversation, in `language` or the conversation's own, else English, signed by
        `agent` (the acting one by default; '' for what the desk sends by a rule). What
        nobody knows is listed in `missing` and marked in the text. Raises NotFound."""
        template = self.get(name)
        customer, order = self._facts(conversation)
        wanted = language or self._language(conversation, customer)
        values = context(
            customer=customer,
            agent=self.context.agent.name if agent is None else agent,
            shop=self._shop(conversation),
            order=order,
            now=self.context.clock.now(),
        )
        return self.engine.render(template, best_language(template, wanted), values, answers)

    def asks(
        self, name: str, *, conversation: int | None = None, language: str = ""
    ) -> tuple[tuple[str, str], ...]:
        """What is still missing for a template: (variable, question in the interface's language)."""
        template = self.get(name)
        missing = self.render(name, conversation=conversation, language=language).missing
        return tuple((variable, question(template, variable)) for variable in missing)

    def check(self) -> tuple[Problem, ...]:
        """Everything that is wrong with the templates: files, languages that are missing, unknown names."""
        templates = self.all()
        return (*self._problems, *check(templates, ("en", "zh", "es"), KNOWN))

    def _facts(self, conversation: int | None) -> tuple[Customer | None, Order | None]:
        if conversation is None:
            return None, None
        from csdesk.services.orders import linked

        with self.store.read() as tx:
            thread = tx.inbox.thread(conversation)
            customer = tx.customers.card(thread.customer_id)
            orders = [link.order for link in linked(tx, conversation) if link.state == "linked"]
        return customer, orders[0] if orders else None

    def _language(self, conversation: int | None, customer: Customer | None) -> str:
        if conversation is None:
            return interface_language()
        with self.store.read() as tx:
            return (
                tx.conversations.state(conversation).language
                or (customer.language if customer else "")
                or "en"
            )

    def _shop(self, conversation: int | None) -> str:
        if self.context.config.shop.name or conversation is None:
            return self.context.config.shop.name
        with self.store.read() as tx:
            state = tx.conversations.state(conversation)
            return tx.accounts.by_id(state.account_id).display_name


def question(template: Template, variable: str) -> str:
    """What to ask the agent for a variable, in the interface's language."""
    asked = template.asks.get(variable, {})
    return asked.get(interface_language()) or asked.get("en") or KNOWN.get(variable, variable)
