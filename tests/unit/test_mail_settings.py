"""Settings of mails."""

from __future__ import annotations

from config.mail import Carrier
from config.settings import Settings
from tests.unit.test_settings import PRODUCTION, faults


def test_mails_stay_here_in_development_and_leave_in_production() -> None:
    development, production = Settings.from_env({}).mail, Settings.from_env(PRODUCTION).mail

    assert (development.carrier, production.carrier) == (Carrier.OUTBOX, Carrier.SES)
    assert development.outbox.parts[-2:] == (".local", "outbox")
    assert not production.has_own_sender


def test_mails_go_where_the_environment_says() -> None:
    url = "smtps://zoe:hush@mail.example:465"
    settings = Settings.from_env(
        {"EMAIL_BACKEND": "smtp", "EMAIL_SERVER": url, "EMAIL_FROM": "Zoé <z@mail.example>", "AWS_REGION": "eu-west-3"}
    )

    assert settings.mail.server == url
    assert (settings.mail.sender, settings.mail.region) == ("Zoé <z@mail.example>", "eu-west-3")
    assert settings.mail.has_own_sender
    assert "hush" not in repr(settings)


def test_a_carrier_that_cannot_carry_is_a_fault() -> None:
    assert faults({"EMAIL_BACKEND": "smtp"}) == ["EMAIL_SERVER: must be set when EMAIL_BACKEND is smtp"]
    [fault] = faults({**PRODUCTION, "EMAIL_BACKEND": "outbox"})
    assert fault.startswith("EMAIL_BACKEND: outbox delivers nothing")


def test_a_secret_that_was_made_up_is_known_to_be_one() -> None:
    assert not Settings.from_env({}).has_own_secret
    assert Settings.from_env({"SECRET_KEY": "key"}).has_own_secret
