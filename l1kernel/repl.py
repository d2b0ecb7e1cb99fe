"""``l1 repl``: the session of a terminal, with history, completion and lines that go on until they are complete."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from prompt_toolkit import PromptSession
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.history import FileHistory, InMemoryHistory
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent

import l1kernel.library  # noqa: F401  registers the built-ins
from l1kernel.diagnostics import render
from l1kernel.errors import L1Error
from l1kernel.language.parse import completeness
from l1kernel.runtime.introspect import complete
from l1kernel.runtime.limits import cap_memory
from l1kernel.runtime.output import StreamOutput
from l1kernel.runtime.printing import to_text
from l1kernel.runtime.session import Session


def interact() -> int:
    """Read, run and show until the end of input (Ctrl-D) or ``exit(n)``; gives the exit status."""
    session = Session(StreamOutput(), read_line=input)
    read = _terminal(session) if sys.stdin.isatty() else _next_from_pipe
    number = 0
    try:
        while True:
            try:
                text = read()
                number += 1
                status = _run(session, text, number)
            except KeyboardInterrupt:  # at the prompt: begin the line anew
                continue
            except EOFError:
                return 0
            if status is not None:
                return status
    finally:
        session.close()


def _run(session: Session, text: str, number: int) -> int | None:
    """Run one text and show what came of it; gives the status if it asked to exit."""
    cap_memory()
    outcome = session.run(text, name=f"<line {number}>", title=f"line {number}")
    error = outcome.error
    if error is None and outcome.value is not None and outcome.shown:
        try:
            print(to_text(outcome.value))
        except (L1Error, KeyboardInterrupt) as failure:  # too large to show, or stopped while it was shown
            error = session.translate(failure)
    if error is not None:
        print(render(error, colour=sys.stdout.isatty()))
    return outcome.exit_status


def _terminal(session: Session) -> Callable[[], str]:
    """The prompt of a terminal: editing, history, completion."""
    prompt: PromptSession[str] = PromptSession(
        history=_history(),
        completer=_SessionCompleter(session),
        complete_while_typing=False,
        multiline=True,
        prompt_continuation="... ",
        key_bindings=_enter_runs_a_complete_text(),
    )
    return lambda: prompt.prompt("l1> ")


def _next_from_pipe() -> str:
    """The next lines of standard input that are whole. Raises EOFError at its end."""
    text = input()
    while completeness(text).status == "incomplete":
        try:
            text += "\n" + input()
        except EOFError:
            break
    return text


class _SessionCompleter(Completer):
    def __init__(self, session: Session) -> None:
        self.session = session

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
        found = complete(self.session, document.text, document.cursor_position)
        for match in found.matches:
            yield Completion(match, start_position=found.start - document.cursor_position)


def _history() -> FileHistory | InMemoryHistory:
    from platformdirs import user_state_dir

    folder = Path(user_state_dir("l1kernel"))
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError:
        return InMemoryHistory()
    return FileHistory(str(folder / "history"))


def _enter_runs_a_complete_text() -> KeyBindings:
    bindings = KeyBindings()

    @bindings.add("enter")
    def _(event: KeyPressEvent) -> None:
        buffer = event.current_buffer
        state = completeness(buffer.text)
        if state.status == "incomplete":
            buffer.insert_text("\n" + state.indent)
        else:
            buffer.validate_and_handle()

    return bindings
