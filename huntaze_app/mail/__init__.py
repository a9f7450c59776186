"""Mails: stored and put on the queue in the unit of what they tell of, sent by a job after it."""

from huntaze_app.mail.service import MailStores, post

__all__ = ["MailStores", "post"]
