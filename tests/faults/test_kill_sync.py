"""kill -9 of the sync process at random moments, while mail keeps arriving: without this a customer's mail could be
lost, or answered twice because it came in twice."""

from __future__ import annotations

from pathlib import Path

from csdesk.store import Store
from tests.faults.support import KILLS, Zygote, add_account, desk_on, dice, mail, password
from tests.servers import ImapServer, SmtpServer


def test_every_mail_is_stored_once_however_often_sync_is_killed(tmp_path: Path) -> None:
    """50 kills of `csdesk sync --once`; a customer would lose a mail, or the shop would see one twice."""
    kill_sync(tmp_path, kills=KILLS.sync)


def kill_sync(folder: Path, *, kills: int) -> None:
    """Fetch while mail keeps arriving and whoever fetches is killed; then everything has to be there once."""
    chance = dice("kill_sync")
    number = killed = 0
    with password(), ImapServer() as imap, SmtpServer() as smtp, Zygote(folder) as zygote:
        desk, url = desk_on(folder)
        add_account(desk, imap, smtp)
        while killed < kills:
            for _ in range(chance.randint(2, 10)):
                number += 1
                imap.add(_mail(number))
                if chance.random() < 0.1:
                    imap.add(_mail(number))  # a server that delivers a mail twice
            worker = zygote.start("command", "sync", "--once", "--store", url)
            killed += not worker.wait(chance.uniform(0.01, 0.15))
            worker.kill()
        zygote.run("command", "sync", "--once", "--store", url)
        _all_is_there(desk.store, number, len(imap.mails("INBOX")))
        assert imap.seen() == [], "reading marked mail as read on the server"
        assert zygote.traces() == ""
        print(f"{killed} kills, {number} mails, {len(imap.mails('INBOX'))} deliveries")
        desk.close()


def _mail(number: int) -> bytes:
    """Every fifth mail answers the one before; every seventh has a file."""
    headers = f"References: <m{number - 1}@buyer.test>\r\n" if number % 5 == 0 else ""
    body = "Where is it?"
    if number % 7 == 0:
        headers += 'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="b"\r\n'
        body = (
            "--b\r\nContent-Type: text/plain\r\n\r\nSee the file.\r\n--b\r\nContent-Type: application/octet-stream\r\n"
            f'Content-Disposition: attachment; filename="f{number}.bin"\r\n\r\n{"x" * 70_000}{number}\r\n--b--\r\n'
        )
    return mail(number, body=body, headers=headers)


def _all_is_there(store: Store, mails: int, deliveries: int) -> None:
    """Each mail one message, each delivery one receipt, each file readable; the log explains every row."""
    with store.read() as tx:
        ids = [row[0] for row in tx.rows(_text("SELECT message_id FROM message WHERE direction = 'in'"))]
        receipts = tx.one(_text("SELECT count(*) FROM receipt"))[0]
        files = [row[0] for row in tx.rows(_text("SELECT hash FROM attachment"))]
        found = tx.rows(_text("PRAGMA integrity_check"))
        for file in files:
            tx.blobs.get(file)
    assert sorted(ids) == sorted(f"m{n}@buyer.test" for n in range(1, mails + 1))
    assert receipts == deliveries
    assert len(files) == mails // 7
    assert [row[0] for row in found] == ["ok"]
    with store.write() as tx:
        assert tx.conversations.rebuild() == 0, "derived columns differ from the event log"


def _text(sql: str) -> object:
    from sqlalchemy import text

    return text(sql)
