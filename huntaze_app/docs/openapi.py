"""OpenAPI 3.1, made of the routes and of what their operations take, give and refuse."""

from __future__ import annotations

import inspect
import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from flask import Flask
from marshmallow import Schema, fields
from werkzeug.routing import Rule

from huntaze_app.admin.schemas import Emails
from huntaze_app.errors import TEXTS, answer_for
from huntaze_app.fields import Choice, Email, JsonObject, Number, Text, TimeZone, Truth, WebAddress
