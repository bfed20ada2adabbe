"""Where providers let people sign in, as data. Pure: knows no account's secrets and speaks to nobody.

A shop brings its own client id, made at the provider once: the setting `oauth_client_id`, or the variable
CSDESK_<PROVIDER>_CLIENT_ID. Endpoints and scopes are from the providers' own documents: Google "OAuth 2.0 for
Mobile & Desktop Apps" and "XOAUTH2 mechanism"; Microsoft "Authenticate an IMAP, POP or SMTP connection using
OAuth". Google's device flow does not give the scope for mail, so it has none here.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace

from csdesk.domain.people import Account
from csdesk.domain.ports import ChannelError
from csdesk.i18n import _


@dataclass(frozen=True, slots=True)
class Provider:
    """One provider. `device_url` is '' when it has no device code flow; `redirect_host` is how it wants this
    machine to be called in a redirect; `extra` goes along with the sign-in page's address."""

    name: str
    auth_url: str
    token_url: str
    device_url: str
    scope: str
    redirect_host: str = "127.0.0.1"
    extra: tuple[tuple[str, str], ...] = ()


_MICROSOFT = "https://login.microsoftonline.com/{tenant}/oauth2/v2.0/"
PROVIDERS: Mapping[str, Provider] = {
    "google": Provider(
        "google",
        auth_url="https://accounts.google.com/o/oauth2/v2/auth",
        token_url="https://oauth2.googleapis.com/token",
        device_url="",
        scope="https://mail.google.com/",
        extra=(("access_type", "offline"), ("prompt", "consent")),
    ),
    "microsoft": Provider(
        "microsoft",
        auth_url=_MICROSOFT + "authorize",
        token_url=_MICROSOFT + "token",
        device_url=_MICROSOFT + "devicecode",
        scope="https://outlook.office.com/IMAP.AccessAsUser.All https://outlook.office.com/SMTP.Send "
        "offline_access",
        redirect_host="localhost",
    ),
    "other": Provider("other", auth_url="", token_url="", device_url="", scope=""),
}


def provider_of(account: Account) -> Provider:
    """The provider of an account's setting `oauth`, with what its settings `oauth_auth_url`, `oauth_token_url`,
    `oauth_device_url`, `oauth_scope` and `oauth_tenant` say otherwise. Raises ChannelError('not_configured')."""
    settings = account.settings
    if not settings.get("oauth"):
        raise ChannelError(
            "not_configured",
            _(
                "Account {name} signs in with a password. For a provider's sign-in page add it with "
                "--set oauth=PROVIDER, one of: {names}."
            ).format(name=account.name, names=", ".join(PROVIDERS)),
        )
    known = PROVIDERS.get(settings.get("oauth", ""))
    if known is None:
        raise ChannelError(
            "not_configured",
            _("Account {name} names the sign-in {provider}, which is unknown. Use one of: {names}.").format(
                name=account.name, provider=repr(settings.get("oauth", "")), names=", ".join(PROVIDERS)
            ),
        )
    tenant = settings.get("oauth_tenant", "") or "common"
    found = replace(
        known,
        auth_url=settings.get("oauth_auth_url", "") or known.auth_url.replace("{tenant}", tenant),
        token_url=settings.get("oauth_token_url", "") or known.token_url.replace("{tenant}", tenant),
        device_url=settings.get("oauth_device_url", "") or known.device_url.replace("{tenant}", tenant),
        scope=settings.get("oauth_scope", "") or known.scope,
    )
    if not found.token_url:
        raise ChannelError(
            "not_configured",
            _("Account {name} needs the setting {setting} to sign in.").format(
                name=account.name, setting="oauth_token_url"
            ),
        )
    return found


def client_id(account: Account, provider: Provider) -> str:
    """The shop's client id at the provider. Raises ChannelError('not_configured')."""
    variable = f"CSDESK_{provider.name.upper()}_CLIENT_ID"
    found = account.settings.get("oauth_client_id", "") or os.environ.get(variable, "")
    if not found:
        raise ChannelError(
            "not_configured",
            _(
                "Account {name} has no client id for {provider}. Make one at the provider, and give it in the "
                "setting oauth_client_id or the variable {variable}."
            ).format(name=account.name, provider=provider.name, variable=variable),
        )
    return found


def client_secret_variable(provider: Provider) -> str:
    """The variable that may hold the client's secret; desktop clients of some providers have one."""
    return f"CSDESK_{provider.name.upper()}_CLIENT_SECRET"
