"""Clusters: an L1 session's nodes and tasks, on Dask.

Knows nodes, tasks, retries, timeouts and how worker processes start and end. Must not know the language's syntax,
Jupyter, streams or charts. In the order of the data:

    builtins.py        the L1 face
    settings.py        what ``distributed_init`` takes
    node.py            a node's declaration, checked, and the Node that a program holds
    task_spec.py       a task's text forms and options, checked
    submission.py      from the arguments of ``cluster_submit_task`` to a task; names become functions
    task_functions.py  the functions that are there by name
    parcels.py         how functions, arguments and results travel
    placement.py       on which nodes a task may run (pure)
    task.py            a task's record and ``step(task, event, now)`` (pure)
    job.py             the record, what to send, what came back
    driver.py          performs the actions of ``step`` on a Dask Client
    sending.py         puts attempts on the Client
    turns.py           how many attempts with large arguments are under way
    worker.py          all that runs on a worker
    task_object.py     the Task that a program holds
    waiting.py         waiting for tasks, with a bar
    cluster.py         the Cluster that a session holds: one event loop, where all of this happens
    connect.py         Dask in this process
    launch_local.py    the kernel's end of the supervisor's pipe
    supervisor.py      scheduler and nannies in a process of their own
    forking.py         workers as forks of the supervisor
    processes.py       ending process trees for certain
    status.py          what ``cluster_status`` and ``cluster_get_metrics`` give
    html.py templates/ how these objects look in a notebook
"""
