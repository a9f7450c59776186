"""Mails, from the event they tell of to whoever carries them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from config.mail import Carrier, MailSettings
from huntaze_app.clients.mailer import Outgoing, Refused
from huntaze_app.clock import new_id, now
from huntaze_app.mail import post
from huntaze_app.mail.letters import LETTERS
from huntaze_app.security.derived import derive_code, derive_token
from repositories.entities.invites import Invite
from repositories.entities.jobs import JobCounts, JobState
from repositories.entities.mails import Mail
from repositories.paging import PageRequest
from tests.answers import router_of
from tests.conftest import MakeApp
from tests.people import creator, invitation, sign_up
from tests.work import body, outbox, work_off

NOBODY_LISTENS = MailSettings(carrier=Carrier.SMTP, server="smtp://127.0.0.1:1")
VALUES: dict[str, dict[str, Any]] = {
    "magic_link": {"token_for": str(UUID(int=1)), "purpose": "magic_link"},
    "password_reset": {"token_for": str(UUID(int=1)), "purpose": "password_reset"},
    "new_device": {"device": "Firefox <b>", "network": "192.0.2.0", "at": "2026-11-20T15:00:00+00:00"},
    "account_deletion_requested": {"erased_at": "2026-12-04T15:00:00+00:00"},
    "api_key_created": {"name": "Ma clé <b>"},
}


def send(app: Flask, template: str, recipient: str = "zoe@example.fr", **given: Any) -> bool:
    """Have a mail sent, and do it."""
    fields = {"event": f"test:{uuid4()}", "template": template, "recipient": recipient, "locale": "fr", **given}
    posted = router_of(app).run("auth", lambda stores: post(stores, now(), **fields))
    work_off(app)
    return posted


def mail_of(app: Flask, job_arguments: dict[str, Any]) -> Mail:
    """The mail that a job is about."""
    return router_of(app).run("auth", lambda stores: stores.mails.get(UUID(job_arguments["mail_id"])))


def test_who_signs_up_is_welcomed_once(app: Flask) -> None:
    creator(app, "zoe@example.fr")

    assert outbox(app) == [], "nothing is sent in a request"
    assert work_off(app) == 1
    assert work_off(app) == 0

    [mail] = outbox(app)
    assert mail["To"] == "zoe@example.fr"
    assert mail["Subject"] == "Bienvenue sur Huntaze"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert "Bienvenue, Zoé." in body(mail)
    assert "http://127.0.0.1:5000/dashboard" in body(mail)
    assert 'href="http://127.0.0.1:5000/dashboard"' in body(mail, "html")


def test_a_sign_up_in_english_is_welcomed_in_english(app: Flask, client: FlaskClient) -> None:
    fields = {"email": "lea@example.fr", "password": "correct horse battery", "name": "Léa"}
    client.post("/api/auth/signup", json={**fields, "inviteCode": invitation(app)}, headers={"Accept-Language": "en"})

    work_off(app)

    [mail] = outbox(app)
    assert mail["Subject"] == "Welcome to Huntaze"
    assert 'lang="en"' in body(mail, "html")


def test_a_refused_sign_up_sends_nothing(app: Flask, client: FlaskClient) -> None:
    creator(app, "zoe@example.fr")
    work_off(app)

    assert sign_up(client, "ZOE@example.fr", invitation(app)).status_code == 409

    assert work_off(app) == 0
    assert len(outbox(app)) == 1


def test_a_sign_up_while_the_mail_service_is_down_is_made_and_the_mail_comes_later_once(
    make_app: MakeApp, backend_name: str
) -> None:
    """A12."""
    app = make_app(backend_name, mail=NOBODY_LISTENS)
    assert creator(app, "zoe@example.fr").get("/api/auth/me").status_code == 200
    assert work_off(app) == 1
    [job] = router_of(app).run("auth", lambda stores: stores.jobs.list_page(PageRequest())).items
    assert (job.state, job.attempts) == (JobState.WAITING, 1)
    assert set(job.arguments) == {"mail_id"}, "nobody's data"

    sent: list[Outgoing] = []
    app.extensions["jobs"]._mailer = lambda: Listening(sent)
    assert work_off(app) == 0, "it waits a while"
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=1), tick=False):
        assert work_off(app) == 1
        assert work_off(app) == 0

    assert [mail.recipient for mail in sent] == ["zoe@example.fr"]
    stored = mail_of(app, job.arguments)
    assert stored.sent_at is not None
    assert (stored.attempts, stored.recipient, stored.values) == (2, None, {})


class Listening:
    """A carrier that takes everything."""

    def __init__(self, sent: list[Outgoing]) -> None:
        self._sent = sent

    def send(self, mail: Outgoing) -> None:
        """Take it."""
        self._sent.append(mail)


class Refusing:
    """A carrier that knows no address."""

    def send(self, mail: Outgoing) -> None:
        """Refuse it."""
        raise Refused(f"SMTP 550: {mail.id}")


def test_an_address_that_is_refused_for_good_is_not_tried_again(app: Flask) -> None:
    app.extensions["jobs"]._mailer = Refusing
    send(app, "welcome")

    counts = router_of(app).run("auth", lambda stores: stores.jobs.count())
    assert counts == JobCounts(0, 0, 0)


def test_a_job_that_ran_before_it_was_crossed_off_sends_nothing_again(app: Flask) -> None:
    """T2: its worker was killed between the two."""
    sent: list[Outgoing] = []
    app.extensions["jobs"]._mailer = lambda: Listening(sent)
    router = router_of(app)
    fields = {"event": "e", "template": "welcome", "recipient": "zoe@example.fr", "locale": "fr"}
    router.run("auth", lambda stores: post(stores, now(), **fields))  # type: ignore[arg-type]  # texts, all
    [job] = router.run("auth", lambda stores: stores.jobs.list_page(PageRequest())).items
    work = app.extensions["jobs"].work(router.backend("auth").name)

    work.perform(job.name, job.arguments)
    work.perform(job.name, job.arguments)

    assert len(sent) == 1


def test_an_event_is_told_once(app: Flask) -> None:
    assert send(app, "welcome", event="same")
    assert not send(app, "welcome", event="same")

    assert len(outbox(app)) == 1


@pytest.mark.parametrize("locale", ["fr", "en"])
@pytest.mark.parametrize("template", sorted(LETTERS.keys() - {"welcome", "invitation"}))
def test_every_letter_says_the_same_in_both_forms(app: Flask, template: str, locale: str) -> None:
    send(app, template, values=VALUES.get(template, {}), locale=locale)

    [mail] = outbox(app)
    text, html = body(mail), body(mail, "html")
    links = re.findall(r"http://127\.0\.0\.1:5000/\S+", text)
    assert links
    assert all(f'href="{link}"' in html for link in links)
    assert "<b>" not in html.replace("&lt;b&gt;", "")
    assert "%(" not in text + html
    assert "{{" not in text + html
    assert mail["Subject"]


def test_a_link_and_a_code_are_derived_when_they_are_sent(app: Flask) -> None:
    send(app, "magic_link", values=VALUES["magic_link"])

    key = app.extensions["settings"].secret_key
    [mail] = outbox(app)
    assert derive_token(key, "magic_link", UUID(int=1)) in body(mail)
    assert derive_code(key, "magic_link", UUID(int=1)) in body(mail)


def test_a_link_that_has_run_out_is_not_sent(app: Flask) -> None:
    mail: dict[str, Any] = {"template": "magic_link", "recipient": "zoe@example.fr", "values": VALUES["magic_link"]}
    with time_machine.travel(datetime.now(UTC) - timedelta(minutes=11), tick=False):
        router_of(app).run("auth", lambda stores: post(stores, now(), event="e", locale="fr", **mail))

    assert work_off(app) == 1
    assert outbox(app) == []


def test_an_invitation_is_looked_up_when_it_is_sent(app: Flask) -> None:
    invite = Invite(new_id(), "0123456789ABCDEF", now())
    router_of(app).run("auth", lambda stores: stores.invites.add_all([invite]))
    send(app, "invitation", values={"invite_id": str(invite.id)})
    router_of(app).run("auth", lambda stores: stores.invites.revoke(invite.id, now()))
    send(app, "invitation", values={"invite_id": str(invite.id)})

    [mail] = outbox(app)
    assert "/signup?code=0123456789ABCDEF" in body(mail)


def test_nobody_is_written_to_once_she_is_gone(app: Flask) -> None:
    user = creator(app, "zoe@example.fr").get("/api/auth/me").get_json()
    router_of(app).run("auth", lambda stores: stores.users.remove(UUID(user["id"]), now()))

    assert work_off(app) == 1
    assert outbox(app) == []


@pytest.mark.parametrize(
    "recipient",
    ["a\r\nBcc: eve@example.org@example.fr", '"a\r\nBcc: x"@example.fr', "a@example.fr\nTo: eve@example.org", "", "a"],
)
def test_no_address_can_add_a_header(app: Flask, recipient: str) -> None:
    """B4."""
    send(app, "welcome", recipient)

    assert outbox(app) == []
    assert router_of(app).run("auth", lambda stores: stores.jobs.count()) == JobCounts(0, 0, 0)


def test_a_domain_outside_ascii_goes_out_as_dns_knows_it(app: Flask) -> None:
    send(app, "welcome", "zoe@exämple.fr")

    [mail] = outbox(app)
    assert mail["To"] == "zoe@xn--exmple-cua.fr"


def test_sessions_that_are_over_are_purged(app: Flask) -> None:
    """E15."""
    with time_machine.travel(datetime.now(UTC) - timedelta(days=8)):
        old = creator(app, "old@example.fr")
    new = creator(app, "new@example.fr")
    work = app.extensions["jobs"].work(router_of(app).backend("auth").name)

    work.perform("sessions.purge", {})

    assert old.get("/api/auth/me").status_code == 401
    assert new.get("/api/auth/me").status_code == 200
    assert router_of(app).run("auth", lambda stores: stores.sessions.remove_expired(now(), 10)) == 0


def test_the_outbox_shows_what_was_sent_and_runs_nothing_of_it(app: Flask, client: FlaskClient) -> None:
    send(app, "api_key_created", values=VALUES["api_key_created"])
    page = client.get("/dev/outbox")
    [path] = re.findall(r'href="(/dev/outbox/[^"]+)"', page.text)

    shown, frame = client.get(path), client.get(f"{path}/html")

    assert "Une clé d’API a été créée" in page.text
    assert 'sandbox title="' in shown.text
    assert "Ma clé &lt;b&gt;" in shown.text
    assert "sandbox" in frame.headers["Content-Security-Policy"]
    assert "default-src 'none'" in frame.headers["Content-Security-Policy"]
    assert client.get(f"/dev/outbox/{uuid4()}").status_code == 404


def test_there_is_no_outbox_where_mails_are_carried_away(make_app: MakeApp) -> None:
    app = make_app("memory", mail=NOBODY_LISTENS)

    assert app.test_client().get("/dev/outbox").status_code == 404
