"""The pages of docs/ say what the code does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import l1kernel.library  # noqa: F401  registers the built-ins
from l1kernel.runtime.output import CapturedOutput
from l1kernel.runtime.session import Session

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"


def test_the_language_page_prints_what_it_says() -> None:
    blocks = re.findall(r"^```l1\n(.*?)^```", (DOCS / "language.md").read_text(encoding="utf-8"), re.M | re.S)
    assert len(blocks) > 4
    session = Session(CapturedOutput())
    for block in blocks:
        session.output = output = CapturedOutput()
        outcome = session.run(block, name=f"block {blocks.index(block)}")
        assert outcome.error is None, outcome.error
        assert output.error_text == ""
        assert output.text.splitlines() == re.findall(r"print\(.* # (.*)", block)
    session.close()


@pytest.mark.parametrize("page", [*sorted(DOCS.glob("*.md")), ROOT / "README.md", ROOT / "CONTRIBUTING.md"], ids=str)
def test_a_link_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target
