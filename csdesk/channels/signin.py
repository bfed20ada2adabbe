"""What an account signs in with: a password, or an access token where its setting `oauth` names a provider.

Nothing is kept here; every call asks the secrets anew.
"""

from __future__ import annotations

from csdesk.domain.people import Account
from csdesk.domain.ports import ChannelError
from csdesk.errors import DeskError
from csdesk.i18n import _
from csdesk.secrets import Secrets


class SignIn:
    """The credentials of one account."""

    def __init__(self, account: Account, secrets: Secrets) -> None:
        self._account = account
        self._secrets = secrets

    @property
    def by_token(self) -> bool:
        """Whether the account signs in with a token (XOAUTH2) instead of a password."""
        return bool(self._account.settings.get("oauth"))

    def token(self, *, refused: str = "") -> str:
        """An access token, renewed when it ended or is the `refused` one. Raises ChannelError."""
        from csdesk.channels.oauth import Tokens

        return Tokens(self._account, self._secrets).access(refused=refused)

    def password(self, user: str, *, sending: bool = False) -> str:
        """The account's password; for `sending` an own one when NAME/smtp has one. Raises ChannelError."""
        name, settings = self._account.name, self._account.settings
        try:
            own = (
                self._secrets.get(f"{name}/smtp", settings.get("smtp_password_env", "")) if sending else None
            )
            found = own or self._secrets.get(name, settings.get("password_env", ""))
        except DeskError as error:
            raise ChannelError("permission", error.message) from error
        if not user or not found:
            raise ChannelError("not_configured", missing_password(self._account))
        return found


def missing_password(account: Account) -> str:
    """The sentence for an account whose password is nowhere; names the variable when one is configured."""
    variable = account.settings.get("password_env", "")
    if variable:
        return _(
            "There is no password for account {name}: the variable {variable} is not set, and neither the "
            "keyring nor the secrets file has it."
        ).format(name=account.name, variable=variable)
    return _(
        "There is no password for account {name}. Set it in the keyring, or name a variable with "
        "--password-env."
    ).format(name=account.name)
