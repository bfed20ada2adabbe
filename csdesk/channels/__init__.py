"""One file per kind of channel, all behind domain.ports.Channel. Knows no store, no service and no screen.

Importing this package imports no channel: `open_channel` loads the one that an account needs.
"""

from csdesk.channels.registry import KINDS, open_channel
from csdesk.channels.url import MailUrl, parse_url

__all__ = ["KINDS", "MailUrl", "open_channel", "parse_url"]
