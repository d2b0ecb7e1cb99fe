"""From what a program passes to ``cluster_submit_task`` to a task: names become functions, arguments become values.

What is wrong with the call itself is raised here and nothing is submitted. What is wrong with the work (a function
that nobody defined, a script that is not there, no data) makes a task that has failed.
"""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from l1kernel.cluster import task as life
from l1kernel.cluster.cluster import Cluster
from l1kernel.cluster.job import Job
from l1kernel.cluster.parcels import pack
from l1kernel.cluster.placement import ANYWHERE, place
from l1kernel.cluster.task_functions import task_function, task_function_names
from l1kernel.cluster.task_object import Task
from l1kernel.cluster.task_spec import (
    DEFAULT_PRIORITY,
    FORM,
    ID,
    Spec,
    parse_spec,
    read_options,
    split_options,
)
from l1kernel.cluster.worker import Slot, run_script, self_test
from l1kernel.diagnostics import did_you_mean
from l1kernel.errors import ClusterError, L1Error, L1FileNotFoundError, L1NameError, L1TypeError, L1ValueError
from l1kernel.language.compiler.emit import l1_name, python_name
from l1kernel.runtime.functions import is_l1_function
from l1kernel.runtime.registry import builtins
from l1kernel.runtime.session import Session

_WORD = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")
_PARTITION = re.compile(r"partition-([0-9]{1,9})$")


@dataclass
class Work:
    """What a task will run. ``refusal`` is the error of a task that can never run."""

    label: str
    function: Callable[..., Any] | None
    arguments: Sequence[Any] = ()
    refusal: L1Error | None = None
    id: str | None = None
    options: Mapping[str, Any] = field(default_factory=dict)


def submit(session: Session, cluster: Cluster, work: Any, args: tuple[Any, ...]) -> Task:
    """Submit one task in any of its forms. Raises an L1 error naming what is wrong with the call."""
    asked = _read(session, cluster, work, args)
    options = asked.options
    if options.get("checkpoint"):
        session.warn(f"task '{asked.id or asked.label}' writes no checkpoint: the option has no effect in this version")
    target = options.get("node", ANYWHERE)
    wanted = options.get("resources") or {}
    placement = place(target, wanted, cluster.specs())
    arguments, dependencies = _with_dependencies(asked.arguments)
    parcel = b""
    if asked.refusal is None:
        try:
            parcel = pack([asked.function, arguments], what=f"What task '{asked.id or asked.label}' needs")
        except L1Error as error:
            asked.refusal = error
        _warn_of_rebinding(session, asked.function)
    settings = cluster.settings
    limits = life.Limits(
        max_retries=settings.max_retries if options.get("max_retries") is None else options["max_retries"],
        timeout=settings.timeout if options.get("timeout") is None else options["timeout"],
        fallback_node=options.get("fallback_node"),
    )
    fingerprint = _fingerprint(asked, parcel, target, limits, dependencies)
    id = asked.id or _new_id(cluster, asked.label)
    there = cluster.tasks.get(id)
    if there is not None and not there.ended:
        if there.job.fingerprint == fingerprint:
            return there
        raise ClusterError(
            f"Task '{id}' is still {there.status}, and what is submitted now differs from it",
            hint="take another id, or wait for it first",
        )
    job = Job(
        record=life.Record(id, limits),
        label=re.sub(r"[^A-Za-z0-9_]", "_", asked.label),
        parcel=parcel,
        placement=placement,
        target=target,
        priority=options.get("priority") or DEFAULT_PRIORITY,
        fingerprint=fingerprint,
        dependencies=tuple(task.job for task in dependencies),
        output=session.output,
    )
    task = Task(cluster, job)
    if asked.refusal is not None:
        job.record, _ = life.step(job.record, life.Refused(asked.refusal), time.time())
        job.ended.set()
        cluster.tasks[id] = task
    else:
        cluster.submit(task)
    return task


def _read(session: Session, cluster: Cluster, work: Any, args: tuple[Any, ...]) -> Work:
    if isinstance(work, str) and ":" in work:
        if args:
            raise L1TypeError("A task written as one String takes nothing beside it", hint=FORM)
        return _from_spec(session, cluster, parse_spec(work))
    values, given = split_options(args)
    options = read_options(given) if given is not None else {}
    if callable(work):
        return _with_options(Work(_name_of(work), work, values), options)
    if not isinstance(work, str):
        raise L1TypeError("cluster_submit_task takes a function, the name of one, or a String such as " + FORM[16:])
    function = _find(session, work)
    if options.get("function") is not None or (function is None and given is not None and not values):
        return _named_job(session, work, options)
    if function is None and not _WORD.fullmatch(work):
        raise L1ValueError(f"'{work}' is neither a function's name nor a task", hint=FORM)
    refusal = None if function is not None else _undefined(session, work)
    return _with_options(Work(work, function, values, refusal), options)


def _from_spec(session: Session, cluster: Cluster, spec: Spec) -> Work:
    options = {"node": spec.node, "priority": spec.priority, "timeout": spec.timeout}
    if spec.type == "script":
        return _script(session, spec, options)
    arguments: list[Any] = _named_values(session, cluster, spec.args)
    refusal: L1Error | None = None
    if not arguments and spec.type in ("data", "model"):
        try:
            arguments = _partition(session, spec.id)
        except L1Error as error:
            refusal = error
    own = _own_function(session, spec.name)
    function = own or task_function(spec.name)
    if function is None:
        refusal = _undefined(session, spec.name)
    elif own is None and not arguments and refusal is None:
        refusal = L1ValueError(f"Task '{spec.id}': no data given", hint="pass it in args, or as partitions[N]")
    return Work(spec.name, function, arguments, refusal, spec.id, options)


def _script(session: Session, spec: Spec, options: Mapping[str, Any]) -> Work:
    path = session.folder / spec.name
    label = Path(spec.name).stem or "script"
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        reason = "is not UTF-8 text" if isinstance(error, ValueError) else "cannot be read"
        missing = not path.exists()
        refusal: L1Error = L1FileNotFoundError(
            f"The script '{spec.name}' {'does not exist' if missing else reason}",
            hint=f"scripts are looked for in {session.folder}",
        )
        return Work(label, None, (), refusal, spec.id, options)
    return Work(label, run_script, (text, spec.name), None, spec.id, options)


def _named_job(session: Session, name: str, options: Mapping[str, Any]) -> Work:
    if not ID.fullmatch(name):
        raise L1ValueError(f"A task's id cannot be '{name}'", hint="it is made of letters, digits, '-', '_' and '.'")
    chosen = options.get("function")
    refusal = None
    if chosen is None:
        function: Any = _own_function(session, name.replace("-", "_")) or self_test
    elif isinstance(chosen, str):
        function = _find(session, chosen)
        refusal = None if function is not None else _undefined(session, chosen)
    else:
        function = chosen
    label = chosen if isinstance(chosen, str) else _name_of(function)
    return _with_options(Work(label, function, (), refusal, name), options)


def _with_options(work: Work, options: Mapping[str, Any]) -> Work:
    work.options = options
    work.id = options.get("id") or work.id
    if options.get("args") is not None:
        if work.arguments:
            raise L1TypeError("Arguments are given twice, in the call and in the option args")
        work.arguments = options["args"]
    return work


def _find(session: Session, name: str) -> Callable[..., Any] | None:
    return _own_function(session, name) or task_function(name)


def _own_function(session: Session, name: str) -> Callable[..., Any] | None:
    value = session.globals.get(python_name(name))
    return value if callable(value) else None


def _undefined(session: Session, name: str) -> L1NameError:
    own = [l1_name(known) for known, value in session.globals.items() if callable(value)]
    known = [*own, *task_function_names(), *(name for name, record in builtins().items() if not record.needs_session)]
    return L1NameError(
        f"Undefined function '{name}'",
        hint=did_you_mean(name, known) or f"define it first, or use one of {', '.join(sorted(task_function_names()))}",
    )


def _named_values(session: Session, cluster: Cluster, args: Sequence[Any]) -> list[Any]:
    """The args of a specification: a String that names a task or a variable stands for it."""
    values: list[Any] = []
    for value in args:
        variable = _is_variable(session, value)
        if isinstance(value, str) and value in cluster.tasks:
            if variable:
                session.warn(f"'{value}' is a task and a variable: the task's result is passed")
            values.append(cluster.tasks[value])
        elif variable:
            values.append(session.globals[python_name(value)])
        else:
            values.append(value)
    return values


def _is_variable(session: Session, name: Any) -> bool:
    return (
        isinstance(name, str)
        and name.isidentifier()
        and not name.startswith("__")
        and (python_name(name) in session.globals)
    )


def _partition(session: Session, id: str) -> list[Any]:
    """``partitions[N]`` of the session for an id that ends in ``partition-N``, else nothing."""
    match = _PARTITION.search(id)
    if match is None or "partitions" not in session.globals:
        return []
    partitions, index = session.globals["partitions"], int(match[1])
    try:
        return [partitions[index]]
    except (LookupError, TypeError):
        count = f" of {len(partitions)}" if hasattr(partitions, "__len__") else ""
        raise L1ValueError(f"Task '{id}': no data given, there is no partition {index}{count}") from None


def _with_dependencies(arguments: Sequence[Any]) -> tuple[list[Any], list[Task]]:
    """The arguments with a Slot in place of each Task, and these tasks."""
    tasks: list[Task] = []
    values: list[Any] = []
    for value in arguments:
        if isinstance(value, Task):
            values.append(Slot(len(tasks)))
            tasks.append(value)
        else:
            values.append(value)
    return values, tasks


def _warn_of_rebinding(session: Session, function: Any) -> None:
    if not is_l1_function(function):
        return
    names = function.__dict__["l1"].rebinds
    if names:
        listed = ", ".join(f"'{name}'" for name in names)
        session.warn(f"{_name_of(function)} changes {listed}: a task works on copies, the notebook's value stays")


def _fingerprint(asked: Work, parcel: bytes, target: str, limits: life.Limits, dependencies: Sequence[Task]) -> str:
    """The same for two submissions that ask for the same."""
    described = repr((asked.label, target, limits, asked.options.get("priority"), asked.options.get("resources")))
    numbers = repr([task.job.number for task in dependencies])
    return hashlib.sha256(b"\0".join([described.encode(), numbers.encode(), parcel])).hexdigest()


def _new_id(cluster: Cluster, label: str) -> str:
    while True:
        id = f"{label}-{next(cluster.numbers[label])}"
        if id not in cluster.tasks:
            return id


def _name_of(function: Any) -> str:
    name = getattr(function, "__name__", None)
    return name if isinstance(name, str) and _WORD.fullmatch(name) else "function"
