"""Pages hold no code and no style of their own, so that the policy of their answers may forbid both (H11, H16)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from config.settings import ROOT
from huntaze_app.edge import POLICY
from tests.architecture.test_shape import place

# Mails are read elsewhere, by programs that know no style sheet.
PAGES = sorted(path for path in (ROOT / "huntaze_app").rglob("*.html") if "mail/templates/mail" not in str(path))
FORBIDDEN = {
    "a script in the page": re.compile(r"<script(?![^>]*\ssrc=)[^>]*>", re.IGNORECASE),
    "a style in the page": re.compile(r"<style\b", re.IGNORECASE),
    "a style of an element": re.compile(r"<[^>]*\sstyle\s*=", re.IGNORECASE),
    "a handler of an element": re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE),
    "an address that is code": re.compile(r"javascript:", re.IGNORECASE),
    "something from another site": re.compile(
        r"<(?:script|link|img|iframe)\b[^>]*(?:src|href)=[\"'](?:https?:)?//", re.IGNORECASE
    ),
}


def found_in(text: str) -> list[str]:
    """What a template holds that it must not."""
    bare = re.sub(r"{#.*?#}|{%.*?%}", "", text, flags=re.DOTALL)
    return [name for name, pattern in FORBIDDEN.items() if pattern.search(bare)]


def test_there_are_templates_to_look_at() -> None:
    assert len(PAGES) > 30


@pytest.mark.parametrize("path", PAGES, ids=place)
def test_no_page_has_code_or_style_of_its_own(path: Path) -> None:
    assert found_in(path.read_text()) == []


@pytest.mark.parametrize(
    "text",
    [
        "<script>1</script>",
        '<script type="module">1</script>',
        "<STYLE>",
        '<p class="a" style="x">',
        "<a\nonclick='x'>",
        '<a href="javascript:x">',
        '<script src="//evil.example/x.js">',
    ],
)
def test_what_is_forbidden_is_found(text: str) -> None:
    assert found_in(text) != []


def test_the_policy_forbids_what_no_page_has() -> None:
    rules = dict(rule.split(" ", 1) for rule in POLICY.split("; "))

    assert rules["default-src"] == "'self'"  # what scripts and styles fall back on: files of ours, nothing inline
    assert not {"script-src", "style-src", "script-src-elem", "script-src-attr", "style-src-attr"} & rules.keys()
    assert "unsafe" not in POLICY
    for name in ("object-src", "base-uri", "frame-ancestors"):
        assert rules[name] == "'none'"
