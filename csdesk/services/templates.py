"""Reply templates: the desk's own and the person's folders, found and filled in for a conversation."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from csdesk.domain.customer import Customer
from csdesk.domain.limits import BY_MAIL
from csdesk.domain.orders import Order, stage
from csdesk.domain.template import Rendered, Template, Uses
from csdesk.errors import Conflict, NotFound
from csdesk.i18n import _
from csdesk.i18n import language as interface_language
from csdesk.services import template_files
from csdesk.services.context import Context
from csdesk.services.shops import is_shop
from csdesk.store import Tx
from csdesk.templating import (
    Engine,
    Finder,
    Problem,
    Talk,
    as_text,
    best_language,
    check,
    context,
    find,
    load_folder,
    load_text,
)
from csdesk.templating.context import KNOWN
from csdesk.templating.questions import question as known_question


class Templates:
    """Finds and fills templates. Facts of an order go in only when it is linked to the conversation."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.store = context.store
        self.engine = Engine()
        self._lock = threading.Lock()
        self._loaded: dict[str, Template] | None = None
        self._problems: tuple[Problem, ...] = ()
        self._beneath: dict[str, Template] = {}
        self._stamps: tuple[int, ...] = ()
        self._finder: Finder | None = None
        self._talk: tuple[int, int, Talk] | None = None

    def _templates(self) -> dict[str, Template]:
        """All templates by name, read again when a file came or went: a colleague may have written one."""
        config = self.context.config
        with self._lock:
            stamps = template_files.changed_at(config)
            if self._loaded is None or stamps != self._stamps:
                found: dict[str, Template] = {}
                beneath: dict[str, Template] = {}
                problems: list[Problem] = []
                for origin, folder in template_files.folders(config):
                    loaded = load_folder(folder)
                    mine = {one.name: replace(one, origin=origin) for one in loaded.templates}
                    if origin == template_files.OWN:
                        beneath = {name: found[name] for name in mine if name in found}
                    found.update(mine)
                    problems += loaded.problems
                    if origin == template_files.TEAM and not folder.is_dir():
                        said = _("The template folder {path} is not there.").format(path=folder)
                        problems.append(Problem("", said, str(folder)))
                self._loaded, self._problems, self._beneath = found, tuple(problems), beneath
                self._stamps = stamps
                self._finder = Finder([template for _name, template in sorted(found.items())])
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
        """Templates that fit the words, best first, with the talk in mind: what the customer said last, the order's
        stage, and what is used most. Raises NotFound for the conversation."""
        self._templates()
        finder = self._finder or Finder(())
        agent = self.context.agent.id
        with self.store.read() as tx:
            talk = self._talk_of(tx, conversation) if conversation is not None else Talk()
            uses = tx.uses.all(agent)
        return finder.find(query, replace(talk, language=language or talk.language), uses)

    def uses(self) -> dict[str, Uses]:
        """How often each template was used, by name."""
        agent = self.context.agent.id
        with self.store.read() as tx:
            return tx.uses.all(agent)

    def _talk_of(self, tx: Tx, conversation: int) -> Talk:
        """What is known of a conversation, read anew when something was said in it."""
        rev = tx.conversations.state(conversation).rev
        if self._talk is None or self._talk[:2] != (conversation, rev):
            thread = tx.inbox.thread(conversation)
            customer = tx.customers.card(thread.customer_id)
            asked = [m for m in thread.messages if m.direction == "in" and not m.automatic]
            said = f"{asked[-1].subject}\n{asked[-1].visible_text}" if asked else ""
            self._talk = conversation, rev, Talk(customer.language, "", said)
        talk = self._talk[2]
        order = _linked_order(tx, conversation)
        return replace(talk, stage=stage(order, self.context.clock.now()) if order else "")

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
            shop=self._shop(conversation, by_rule=agent == ""),
            order=order,
            now=self.context.clock.now(),
        )
        return self.engine.render(template, best_language(template, wanted), values, answers)

    def fill(
        self,
        name: str,
        *,
        customer: Customer,
        order: Order,
        shop: str,
        agent: str,
        language: str,
        answers: Mapping[str, str],
    ) -> Rendered:
        """A template filled in for an order whose customer is known to be this one. Raises NotFound."""
        template = self.get(name)
        now = self.context.clock.now()
        values = context(customer=customer, agent=agent, shop=shop, order=order, now=now)
        return self.engine.render(template, best_language(template, language), values, answers)

    def asks(
        self, name: str, *, conversation: int | None = None, language: str = ""
    ) -> tuple[tuple[str, str], ...]:
        """What is still missing for a template: (variable, question in the interface's language)."""
        template = self.get(name)
        missing = self.render(name, conversation=conversation, language=language).missing
        return tuple((variable, question(template, variable)) for variable in missing)

    def check(self, channels: Sequence[str] = ()) -> tuple[Problem, ...]:
        """Everything that is wrong with the templates: files, languages that are missing, unknown names, texts that are
        too long for `channels`, by default for those that the desk's accounts write to."""
        templates = self.all()
        wanted = self.context.config.templates.languages
        return (*self._problems, *check(templates, wanted, KNOWN, tuple(channels) or self._channels()))

    def examine(self, template: Template) -> tuple[Problem, ...]:
        """What is wrong with one template that is being written; what its file would not be read with comes first."""
        _read, problems = load_text(as_text(template), Path(f"{template.name}.toml"))
        found = check([template], self.context.config.templates.languages, KNOWN, self._channels())
        return (*problems, *(one for one in found if not problems or one.language))

    def _channels(self) -> tuple[str, ...]:
        with self.store.read() as tx:
            kinds = {one.kind for one in tx.accounts.all() if not is_shop(one.kind)}
        return (*BY_MAIL, *sorted(kinds - {"imap", "maildir", "mbox"}))

    # -- the person's own ---------------------------------------------------------------------------------

    def opened(self, name: str) -> tuple[Template, str]:
        """A template to be edited, and what tells later whether the own file was changed meanwhile."""
        path = template_files.own_folder(self.context.config) / f"{name}.toml"
        return self.get(name), template_files.fingerprint(path)

    def save(self, template: Template, before: str | None = None) -> Template:
        """Keep a template among the person's own; it replaces the desk's or the team's of the same name. `before` as
        opened() said. Raises Conflict, Refused."""
        template_files.save(self.context.config, template, before=before)
        self._forget()
        return self.get(template_files.named(template.name))

    def copy(self, name: str, new: str) -> Template:
        """An own template like another, under another name. Raises NotFound, Conflict when the name is taken."""
        made = replace(self.get(name), name=template_files.named(new))
        if made.name in self._templates():
            raise Conflict(_("There is a template {name} already.").format(name=made.name))
        return self.save(made, "")

    def remove(self, name: str) -> Template | None:
        """Take one of the person's own away; put_back() undoes it. Gives the desk's or the team's that stands in its
        place again, or None. Raises NotFound."""
        beneath = self._templates() and self._beneath.get(name)
        template_files.remove(self.context.config, name)
        self._forget()
        return beneath or None

    def put_back(self, name: str) -> Template:
        """One that was taken away. Raises NotFound, Conflict."""
        template_files.put_back(self.context.config, name)
        self._forget()
        return self.get(name)

    def _forget(self) -> None:
        with self._lock:
            self._loaded = None

    def _facts(self, conversation: int | None) -> tuple[Customer | None, Order | None]:
        if conversation is None:
            return None, None
        with self.store.read() as tx:
            thread = tx.inbox.thread(conversation)
            return tx.customers.card(thread.customer_id), _linked_order(tx, conversation)

    def _language(self, conversation: int | None, customer: Customer | None) -> str:
        if conversation is None:
            return interface_language()
        with self.store.read() as tx:
            return (
                tx.conversations.state(conversation).language
                or (customer.language if customer else "")
                or "en"
            )

    def _shop(self, conversation: int | None, *, by_rule: bool) -> str:
        """The shop's name. What the desk sends by a rule is signed with the mail address where there is no name:
        nobody is there to be asked, and a customer who hears nothing is worse."""
        if self.context.config.shop.name or conversation is None:
            return self.context.config.shop.name
        with self.store.read() as tx:
            state = tx.conversations.state(conversation)
            account = tx.accounts.by_id(state.account_id)
            return account.display_name or (account.address if by_rule else "")


def _linked_order(tx: Tx, conversation: int) -> Order | None:
    """The order that is surely of this conversation."""
    from csdesk.services.orders import linked

    return next((link.order for link in linked(tx, conversation) if link.state == "linked"), None)


def question(template: Template, variable: str) -> str:
    """What to ask the agent for a variable, in the interface's language."""
    asked = template.asks.get(variable, {})
    return asked.get(interface_language()) or asked.get("en") or known_question(variable)
