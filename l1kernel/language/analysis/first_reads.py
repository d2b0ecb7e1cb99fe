"""Which names a program takes from before it ran: read by its own statements and not surely given by it earlier.

What a function does counts where it is called or handed on, not where it is defined.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from l1kernel.language import nodes
from l1kernel.language.resolve import Resolution, children, imported_name


def first_reads(
    program: nodes.Program, resolution: Resolution, through: Mapping[str, Collection[str]]
) -> tuple[set[str], set[str]]:
    """The names read before the program surely gave them a value, and those that it has surely given one at its end.

    ``through`` has, for the name of a function, the names that it reads in its turn.
    """
    walk = _Walk(resolution, through)
    given: set[str] = set()
    walk.block(program.statements, given)
    return walk.reads, given


class _Walk:
    def __init__(self, resolution: Resolution, through: Mapping[str, Collection[str]]) -> None:
        self._resolution = resolution
        self._through = through
        self.reads: set[str] = set()

    def block(self, block: nodes.Block, given: set[str]) -> None:
        """Statements that all run, unless one fails; ``given`` grows."""
        for node in block:
            self._statement(node, given)

    def _statement(self, node: nodes.Statement, given: set[str]) -> None:
        match node:
            case nodes.ExpressionStatement():
                self._read((node.value,), given)
            case nodes.Let():
                if node.value is not None and type(node.value) is not nodes.Function:
                    self._read((node.value,), given)
                self._give(node.target, given)
            case nodes.Assign():
                if type(node.value) is not nodes.Function:
                    self._read((node.value,), given)
                self._give(node.target, given)
            case nodes.AugmentedAssign():
                self._read((node.value, node.target), given)
                self._give(node.target, given)
            case nodes.FunctionDefinition():
                given.add(node.function.name or "")
            case nodes.If():
                ways = []
                for branch in node.branches:
                    self._read((branch.test,), given)
                    ways.append(self._maybe(branch.body, given))
                ways.append(self._maybe(node.otherwise, given))
                given |= set.intersection(*ways)
            case nodes.For():
                self._read((node.iterable,), given)
                given.update(name.id for name in node.names)
                self._maybe(node.body, given)
            case nodes.CFor():
                if node.first is not None:
                    self._statement(node.first, given)
                if node.test is not None:
                    self._read((node.test,), given)
                self._maybe((*node.body, *((node.step,) if node.step is not None else ())), given)
            case nodes.While():
                self._read((node.test,), given)
                self._maybe(node.body, given)
            case nodes.Try():
                self._maybe(node.body, given)
                for catch in node.catches:
                    self._maybe(catch.body, given | {catch.name.id} if catch.name is not None else given)
                self.block(node.finally_, given)
            case nodes.Import():
                given.update([name.id for name in node.names] or [imported_name(node.path)])
            case _:
                self._read(children(node), given)

    def _maybe(self, block: nodes.Block, given: set[str]) -> set[str]:
        """Statements that may not run: what is given at their end if they do."""
        inside = set(given)
        self.block(block, inside)
        return inside

    def _give(self, target: nodes.Target, given: set[str]) -> None:
        match target:
            case nodes.Name():
                given.add(target.id)
            case nodes.Pattern():
                for part in target.targets:
                    self._give(part, given)
            case _:
                self._read(children(target), given)

    def _read(self, parts: Iterable[nodes.Node], given: set[str]) -> None:
        stack = list(parts)
        while stack:
            part = stack.pop()
            if type(part) is nodes.Name:
                if part.id not in given:
                    self.reads.add(part.id)
                if part.id in self._through:
                    self.reads.update(name for name in self._through[part.id] if name not in given)
            elif type(part) is nodes.Function:  # handed to someone who may call it
                for name in self._resolution.scopes[part.span.start].free:
                    stack.append(nodes.Name(part.span, name))
            elif type(part) is not nodes.Constant:
                stack.extend(children(part))
