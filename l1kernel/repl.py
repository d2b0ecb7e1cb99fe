"""``l1 repl``: a session in a terminal, with history, completion, colours and texts of several lines.

Where standard input is no terminal, its lines are run as they come, and the exit status tells whether all went well.
"""

from __future__ import annotations

import os
import re
import signal
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from prompt_toolkit import PromptSession
from prompt_toolkit.buffer import Buffer
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.history import FileHistory, InMemoryHistory
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.lexers import PygmentsLexer

import l1kernel.library  # noqa: F401  registers the built-ins
from l1kernel.diagnostics import render
from l1kernel.errors import L1Error
from l1kernel.language.highlight import L1Lexer
from l1kernel.language.parse import completeness
from l1kernel.runtime.display import bundle
from l1kernel.runtime.introspect import complete
from l1kernel.runtime.limits import cap_memory
from l1kernel.runtime.output import StreamOutput
from l1kernel.runtime.session import Outcome, Session

INTERRUPTED = 130  # the exit status of a program that Ctrl-C ended: 128 + SIGINT
_CLOSER = re.compile(r"(?:}|(?:end|else|elif|catch|finally)\b)")
_PART = re.compile(r"\s*(?:else|elif|catch|finally)\b")


def interact() -> int:
    """Read, run and show until the end of input (Ctrl-D) or ``exit(n)``; gives the exit status.

    In a terminal an error is part of the talk; in a pipe it makes the status 1, and Ctrl-C ends the run.
    """
    lines = _Lines()
    session = Session(StreamOutput(), read_line=lines.read)
    try:
        return _talk(session) if sys.stdin.isatty() else _run_lines(session, lines)
    finally:
        session.close()


def _talk(session: Session) -> int:
    read = _prompt(session)
    number = 0
    while True:
        try:
            text = read()
            number += 1
            signal.signal(signal.SIGINT, signal.default_int_handler)
            _, status = _run(session, text, number)
        except KeyboardInterrupt:  # at the prompt: begin the line anew
            continue
        except EOFError:
            return 0
        finally:
            # the prompt takes Ctrl-C as a key; a signal that comes before it is there must not end the console
            signal.signal(signal.SIGINT, signal.SIG_IGN)
        if status is not None:
            return status


def _run_lines(session: Session, lines: _Lines) -> int:
    failed = False
    number = 0
    while True:
        try:
            text = lines.text()
        except EOFError:
            return int(failed)
        except KeyboardInterrupt:
            return INTERRUPTED
        number += 1
        error, status = _run(session, text, number)
        if status is not None:
            return status
        if error is not None:
            failed = True
            if error.type == "Interrupted":
                return INTERRUPTED


def _run(session: Session, text: str, number: int) -> tuple[L1Error | None, int | None]:
    """Run one text and show what came of it; gives its error, and the status if it asked to exit."""
    cap_memory()
    outcome = session.run(text, name=f"<line {number}>", title=f"line {number}")
    error = outcome.error or _show_value(session, outcome)
    if error is not None:
        sys.stdout.flush()
        print(render(error, colour=sys.stderr.isatty()), file=sys.stderr)
        if outcome.traceback:
            print(outcome.traceback, end="", file=sys.stderr)
    return error, None if outcome.exit_status is None else outcome.exit_status & 0xFF


def _show_value(session: Session, outcome: Outcome) -> L1Error | None:
    """Print a value as a cell shows it; gives the error where it is too large to show, or the printing was stopped."""
    try:
        shown = bundle(outcome.value) if outcome.shown else None
        if shown is not None:
            print(shown["text/plain"], flush=True)
    except (L1Error, KeyboardInterrupt) as failure:
        return session.translate(failure)
    return None


class _Lines:
    """Standard input, for texts and for what they ask; a line may be looked at before it is somebody's."""

    def __init__(self) -> None:
        self._seen: list[str] = []

    def read(self, prompt: str = "") -> str:
        """The next line. Raises EOFError at the end."""
        if not self._seen:
            return input(prompt)
        print(prompt, end="", flush=True)
        return self._seen.pop()

    def text(self) -> str:
        """The next lines that are whole, with an ``else`` that stands below its block. Raises EOFError at the end."""
        text = self.read()
        while completeness(text).status == "incomplete" or (_may_go_on(text) and self._continues()):
            try:
                text += "\n" + self.read()
            except EOFError:
                break
        return text

    def _continues(self) -> bool:
        """Whether the next line goes on with the block above it."""
        try:
            self._seen.append(self.read())
        except EOFError:
            return False
        return _PART.match(self._seen[-1]) is not None


def _may_go_on(text: str) -> bool:
    """Whether a whole text ends with a block that a line with ``else`` or ``finally`` could follow."""
    return any(completeness(f"{text}\n{part} {{ }}").status == "complete" for part in ("else", "finally"))


# --- in a terminal ----------------------------------------------------------------------------------------------


def _prompt(session: Session) -> Callable[[], str]:
    prompt: PromptSession[str] = PromptSession(
        history=_history(),
        completer=_SessionCompleter(session),
        complete_while_typing=False,
        lexer=PygmentsLexer(L1Lexer),
        multiline=True,
        prompt_continuation="... ",
        key_bindings=_enter_runs_a_complete_text(),
    )
    return lambda: prompt.prompt("l1> ")


class _SessionCompleter(Completer):
    def __init__(self, session: Session) -> None:
        self.session = session

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
        found = complete(self.session, document.text, document.cursor_position)
        for match in found.matches:
            yield Completion(match, start_position=found.start - document.cursor_position)


def _history() -> FileHistory | InMemoryHistory:
    """What was typed in earlier runs, readable by its owner alone; where no file can be written, of this run."""
    from platformdirs import user_state_path

    file = Path(user_state_path("l1kernel")) / "history"
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600))
        file.chmod(0o600)
    except OSError:
        return InMemoryHistory()
    return FileHistory(str(file))


def _enter_runs_a_complete_text() -> KeyBindings:
    bindings = KeyBindings()

    @bindings.add("enter")
    def _(event: KeyPressEvent) -> None:
        buffer = event.current_buffer
        _outdent(buffer)
        state = completeness(buffer.text)
        if state.status == "incomplete":
            buffer.insert_text("\n" + state.indent)
        elif "\n" in buffer.text and buffer.document.current_line.strip() and _may_go_on(buffer.text):
            buffer.insert_text("\n")  # an else may come; an empty line runs it
        else:
            buffer.document = Document(buffer.text.rstrip())
            buffer.validate_and_handle()

    return bindings


def _outdent(buffer: Buffer) -> None:
    """Put a line that closes or continues a block below the block's first line."""
    document = buffer.document
    line = document.current_line
    if document.text_after_cursor or not _CLOSER.match(line.strip()):
        return
    before = document.text[: len(document.text) - len(line)]
    indent = completeness(before).indent[4:]
    if indent != line[: len(line) - len(line.lstrip())]:
        buffer.document = Document(before + indent + line.lstrip())
