"""Accounts and agents: adding, testing, pausing, listing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from typing import TYPE_CHECKING

from csdesk.channels.registry import KINDS, open_channel
from csdesk.channels.url import parse_url
from csdesk.domain.people import Account, Agent
from csdesk.domain.ports import ChannelError, Check
from csdesk.domain.sources import CARRIER_KINDS, PULLED, SHOP_KINDS
from csdesk.errors import DeskError, Usage
from csdesk.i18n import _
from csdesk.services import account_settings, writing
from csdesk.services.context import Context
from csdesk.services.templates import Templates
from csdesk.text import clean, clean_line

if TYPE_CHECKING:
    from csdesk.channels.oauth_login import Person


class SignInFailed(DeskError):
    """A provider did not sign an account in."""

    exit_code = 5


class Accounts:
    """The configured mailboxes."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.store = context.store

    def list(self, *, mail: bool = False) -> tuple[Account, ...]:
        """All accounts in the order they were added, or those that have mail."""
        with self.store.read() as tx:
            return tuple(one for one in tx.accounts.all() if not (mail and one.kind in PULLED))

    def get(self, name: str) -> Account:
        """One account. Raises NotFound."""
        with self.store.read() as tx:
            return tx.accounts.get(name)

    def add(
        self,
        name: str,
        kind: str,
        *,
        address: str = "",
        display_name: str = "",
        settings: Mapping[str, str] | None = None,
        signature: str = "",
        undo_seconds: int | None = None,
        password: str = "",
        refresh: str = "",
    ) -> Account:
        """A new account. `settings` are the kind's own keys; a `password`, and the `refresh` token of a shop, go to the
        keyring or the 0600 file beside it, never into the store. Raises Usage, Conflict."""
        if kind not in (*KINDS, *PULLED):
            raise Usage(
                _("There is no channel {kind!r}; the kinds are {kinds}.").format(
                    kind=kind, kinds=", ".join((*KINDS, *PULLED))
                )
            )
        name = clean_line(name, limit=60)
        if not name:
            raise Usage(_("An account needs a name."))
        checked = _settings(kind, settings or {})
        self._known_template(checked)
        address = _address(address, checked)
        target = self.context.config.target("mail", self.context.clock.now().date())
        with self.store.write() as tx:
            account = tx.accounts.add(
                name=name,
                kind=kind,
                address=address,
                display_name=clean_line(display_name),
                settings=checked,
                signature=clean(signature).strip("\n"),
                undo_seconds=self.context.config.send.undo_seconds if undo_seconds is None else undo_seconds,
                first_reply_minutes=round(target.first_reply_hours * 60) if target else 24 * 60,
            )
            tx.accounts.secret()
            tx.log.append("account_added", agent=None, data={"account": name, "kind": kind})
        if password:
            self.context.secrets.set(name, password)
        if refresh:
            self.context.secrets.set(f"{name}/refresh", refresh)
        return account

    def set(self, name: str, values: Mapping[str, str]) -> Account:
        """Change settings (account_settings.KEYS); '' takes one back. Raises NotFound, Usage; then none is changed."""
        account = self.get(name)
        wanted = account_settings.checked(account.kind, values)
        self._known_template(wanted)
        fields: dict[str, object] = {
            column: value
            for key, value in wanted.items()
            if (column := account_settings.is_own(account.kind, key))
        }
        if "undo_seconds" in fields:
            fields["undo_seconds"] = int(wanted["undo"] or self.context.config.send.undo_seconds)
        if "address" in fields:
            fields["address"] = writing.receivers(wanted["address"])[0].address
        with self.store.write() as tx:
            account = tx.accounts.get(name)
            settings = {
                **account.settings,
                **{key: v for key, v in wanted.items() if not account_settings.is_own(account.kind, key)},
            }
            settings = {key: value for key, value in settings.items() if value}
            _complete(account.kind, settings)
            tx.accounts.set(account.id, **fields, settings=settings)
            tx.log.append("account_changed", data={"account": name, "keys": sorted(wanted)})
            return tx.accounts.get(name)

    def _known_template(self, settings: Mapping[str, str]) -> None:
        if name := settings.get("acknowledge_template", ""):
            Templates(self.context).get(name)

    def test(self, name: str) -> Sequence[Check]:
        """Every step of receiving and sending, tried without changing anything."""
        account = self.get(name)
        if account.kind in SHOP_KINDS:
            from csdesk.services.pull import source_of

            source, web = source_of(self.context, account)
            with closing(web), closing(source):
                return source.check()
        if account.kind in CARRIER_KINDS:
            from csdesk.services.tracking import carrier_of_account

            carrier, web = carrier_of_account(self.context, account)
            with closing(web):
                return carrier.check()
        channel = open_channel(account, self.context.secrets)
        try:
            return channel.check()
        finally:
            channel.close()

    def login(self, name: str, person: Person, *, way: str = "", remote: bool = False) -> Account:
        """Sign an account in at its provider, with a person's help (see channels.oauth_login); the tokens go where
        passwords are kept. Raises NotFound, SignInFailed."""
        from csdesk.channels.oauth_login import Login

        account = self.get(name)
        try:
            Login(account, self.context.secrets, person).run(way, remote=remote)
        except ChannelError as error:
            raise SignInFailed(error.message, code=error.code) from error
        return account

    def pause(self, name: str, paused: bool = True) -> Account:
        """Stop or go on fetching and sending. Raises NotFound."""
        with self.store.write() as tx:
            account = tx.accounts.get(name)
            tx.accounts.set(account.id, paused=paused)
            if not paused:
                tx.shops.release(account.id)  # a person wants it asked now
            tx.log.append("account_paused", data={"account": name, "paused": paused})
            return tx.accounts.get(name)


def _settings(kind: str, given: Mapping[str, str]) -> dict[str, str]:
    """The settings of a new account as they are kept. Raises Usage."""
    for key in given:
        if account_settings.of_kind(kind).get(key) and account_settings.of_kind(kind)[key].own:
            raise Usage(_("{key} is no setting of a new account; use csdesk account set.").format(key=key))
    settings = {key: value for key, value in account_settings.checked(kind, given).items() if value}
    _complete(kind, settings)
    return settings


def _complete(kind: str, settings: Mapping[str, str]) -> None:
    """Raises Usage when an account lacks what it cannot work without."""
    for key in account_settings.NEEDED.get(kind, ()):
        if not settings.get(key):
            words = _("A {kind} account needs {key}, such as --set {key}={example}.")
            example = account_settings.of_kind(kind)[key].example
            raise Usage(words.format(kind=kind, key=key, example=example))
    if kind in ("maildir", "mbox") and not settings.get("path"):
        raise Usage(_("A {kind} account needs the path of the mailbox.").format(kind=kind))
    if kind == "imap" and not settings.get("imap"):
        raise Usage(_("An IMAP account needs --imap, such as imaps://user@mail.example.com/INBOX."))


def _address(address: str, settings: dict[str, str]) -> str:
    """The given address, else the user of the server's URL where that is one. Raises Usage for nonsense."""
    if address:
        return writing.addresses([address])[0].address
    for key in ("smtp", "imap"):
        user = parse_url(settings[key]).user if settings.get(key) else ""
        if "@" in user:
            return user.lower()
    return ""


class Agents:
    """The people who answer."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.store = context.store

    def list(self) -> tuple[Agent, ...]:
        """All agents in the order they were added."""
        with self.store.read() as tx:
            return tx.accounts.agents()

    def add(self, name: str, languages: Sequence[str] = ()) -> Agent:
        """A new agent with the languages that person reads. Raises Usage, Conflict."""
        name = clean_line(name, limit=60)
        if not name:
            raise Usage(_("An agent needs a name."))
        codes = [code.strip().lower() for code in languages if code.strip()]
        for code in codes:
            if not (code.isascii() and code.isalpha() and len(code) in (2, 3)):
                raise Usage(_("{code!r} is not a language code such as es or zh.").format(code=code))
        with self.store.write() as tx:
            agent = tx.accounts.add_agent(name, codes)
            tx.log.append("agent_added", agent=agent.id, data={"name": agent.name})
            return agent
