"""Where a webhook may go. A name that leads into the shop's own network would let whoever owns it ask there."""

from __future__ import annotations

import pytest

from csdesk.channels import hook
from csdesk.domain.ports import ChannelError

PRIVATE = ("10.0.0.7", "192.168.1.9", "172.16.0.1", "fd00::1", "::ffff:10.0.0.7", "64:ff9b::a00:7")
NEVER = (
    "169.254.169.254", "fe80::1%eth0", "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe", "224.0.0.1", "0.0.0.0",
    "::", "240.0.0.1", "127.0.0.1", "::1", "::ffff:127.0.0.1",
)  # fmt: skip


@pytest.mark.parametrize("address", PRIVATE)
def test_a_private_network_is_for_who_allows_it(address: str) -> None:
    assert not hook.allowed(address, local=False, private=False)
    assert hook.allowed(address, local=False, private=True)


@pytest.mark.parametrize("address", NEVER)
def test_what_no_name_may_lead_to(address: str) -> None:
    assert not hook.allowed(address, local=False, private=False)
    assert not hook.allowed(address, local=False, private=True)


def test_this_machine_only_when_it_is_meant_and_then_nothing_else() -> None:
    assert hook.allowed("127.0.0.1", local=True, private=False) and hook.allowed(
        "::1", local=True, private=False
    )
    assert not hook.allowed("93.184.216.34", local=True, private=False)
    assert hook.allowed("93.184.216.34", local=False, private=False)
    assert hook.allowed("2606:2800:220:1::1", local=False, private=False)


def test_a_name_that_leads_inside_is_refused_before_anything_is_sent() -> None:
    with pytest.raises(ChannelError, match="inside this machine or a private network"):
        hook.post("https://hooks.example/x", {}, b"{}", lookup=lambda _host, _port: ["127.0.0.1", "10.0.0.7"])
    with pytest.raises(ChannelError, match=r"not an https:// address"):
        hook.post("http://hooks.example/x", {}, b"{}", lookup=lambda _host, _port: ["93.184.216.34"])

    def unknown(_host: str, _port: int) -> list[str]:
        raise OSError("no such name")

    with pytest.raises(ChannelError, match="cannot be found"):
        hook.post("https://hooks.example/x", {}, b"{}", lookup=unknown)
