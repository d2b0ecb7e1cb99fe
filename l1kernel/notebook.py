"""A tutorial in Markdown becomes a notebook: prose and ``l1`` code blocks, in their order.

Markdown is read by markdown-it-py (CommonMark); the prose of a cell is the document's own text, untouched. A code
block inside ``<details>`` is a solution: its cell starts folded, under the summary as a heading of its own.
"""

from __future__ import annotations

import hashlib
import textwrap
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from markdown_it.token import Token
    from nbformat import NotebookNode

KERNEL = {"name": "l1", "display_name": "L1", "language": "l1"}
LANGUAGE = {"name": "l1", "file_extension": ".l1", "mimetype": "text/x-l1"}


class NoCode(Exception):
    """The document has no ``l1`` block, so there is nothing to make a notebook of."""


def from_markdown(text: str) -> NotebookNode:
    """The notebook of a Markdown document. The same text gives the same notebook, cell ids included.

    Raises NoCode where no fenced block is marked ``l1``.
    """
    import nbformat.v4 as v4
    from markdown_it import MarkdownIt

    tokens = MarkdownIt("commonmark").parse(text)
    cells = _Cells(text.splitlines())
    for token in tokens:
        if _is_l1(token):
            cells.code(token)
        elif token.type == "html_block" and token.level == 0:
            cells.html(token, tokens)
    cells.prose_until(len(cells.lines))
    if not any(kind == "code" for kind, _, _ in cells.made):
        raise NoCode("no code block marked l1 (a line of three backticks and l1) is in this file")
    notebook = v4.new_notebook(metadata={"kernelspec": KERNEL, "language_info": LANGUAGE})
    for number, (kind, source, metadata) in enumerate(cells.made, 1):
        make = v4.new_code_cell if kind == "code" else v4.new_markdown_cell
        digest = hashlib.sha256(source.encode()).hexdigest()[:8]
        notebook.cells.append(make(source, id=f"{number}-{digest}", metadata=metadata))
    return notebook


def execute(notebook: NotebookNode, folder: Path) -> str | None:
    """Run every cell on the l1 kernel with ``folder`` as working folder, outputs into the notebook.

    Gives the error that stopped it, as the kernel rendered it with colours, or None.
    """
    from jupyter_client.kernelspec import NoSuchKernel
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError

    client = NotebookClient(
        notebook, kernel_name="l1", timeout=None, record_timing=False, resources={"metadata": {"path": str(folder)}}
    )
    try:
        client.execute()
    except CellExecutionError as error:
        return str(error.traceback)
    except NoSuchKernel:
        return "Jupyter does not know the kernel l1, so no cell was run; to register it: l1 install"
    return None


@dataclass
class _Cells:
    """The cells made so far; ``at`` is the first line of the document that is in none of them."""

    lines: list[str]
    at: int = 0
    folded: list[bool] = field(default_factory=list)  # one for each open <details>: whether it is closed to the eye
    made: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)

    def prose_until(self, line: int) -> None:
        text = textwrap.dedent("\n".join(self.lines[self.at : line])).strip()
        if text:
            self.made.append(("markdown", text, {}))
        self.at = max(self.at, line)

    def code(self, token: Token) -> None:
        first, after = _lines_of(token)
        self.prose_until(first)
        metadata: dict[str, Any] = {}
        if any(self.folded):
            metadata = {"jupyter": {"source_hidden": True}, "tags": ["solution"]}
        self.made.append(("code", token.content.rstrip("\n"), metadata))
        self.at = after

    def html(self, token: Token, tokens: list[Token]) -> None:
        """Open or close ``<details>`` around code; one without code stays the prose it is."""
        tags = _Details()
        tags.feed(token.content)
        first, after = _lines_of(token)
        if tags.opened > tags.closed and _holds_code(token, tokens):
            self.prose_until(first)
            self.folded += [not tags.open] * (tags.opened - tags.closed)
            summary = " ".join("".join(tags.summary).split())
            if summary:
                self.made.append(("markdown", f"**{summary}**", {}))
            self.at = after
        elif tags.closed > tags.opened and self.folded:
            self.prose_until(first)
            del self.folded[len(self.folded) - (tags.closed - tags.opened) :]
            self.at = after


class _Details(HTMLParser):
    """Counts ``<details>`` tags of one HTML block and reads the summary's text."""

    def __init__(self) -> None:
        super().__init__()
        self.opened = self.closed = 0
        self.open = self._in_summary = False
        self.summary: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "details":
            self.opened += 1
            self.open = any(name == "open" for name, _ in attrs)
        self._in_summary = tag == "summary"

    def handle_endtag(self, tag: str) -> None:
        self.closed += tag == "details"
        self._in_summary = self._in_summary and tag != "summary"

    def handle_data(self, data: str) -> None:
        if self._in_summary:
            self.summary.append(data)


def _is_l1(token: Token) -> bool:
    return token.type == "fence" and token.info.split()[:1] == ["l1"]


def _holds_code(start: Token, tokens: list[Token]) -> bool:
    """Whether an ``l1`` block stands between this ``<details>`` and its end."""
    depth = 0
    for token in tokens[tokens.index(start) :]:
        if token.type == "html_block":
            tags = _Details()
            tags.feed(token.content)
            depth += tags.opened - tags.closed
            if depth <= 0:
                return False
        elif _is_l1(token):
            return True
    return False


def _lines_of(token: Token) -> tuple[int, int]:
    assert token.map is not None, "block tokens have a map"
    return token.map[0], token.map[1]
