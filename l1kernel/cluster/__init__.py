"""Clusters: an L1 session's nodes and tasks, on Dask.

Knows nodes, tasks, retries, timeouts and how worker processes start and end. Must not know the language's syntax,
Jupyter, streams or charts. In the order of the data:

    settings.py      what ``distributed_init`` takes
    node.py          a node's declaration, checked, and the Node that a program holds
    task_spec.py     the forms of ``cluster_submit_task``, checked
    placement.py     on which nodes a task may run (pure)
    task.py          a task's record and ``step(task, event, now)`` (pure)
    driver.py        performs the actions of ``step`` on a Dask Client
    parcels.py       how functions, arguments and results travel
    worker.py        all that runs on a worker
    launch_local.py  the kernel's end of the supervisor's pipe
    supervisor.py    scheduler and nannies in a process of their own
    processes.py     ending process trees for certain
    cluster.py       the Cluster a session holds
    status.py        what ``cluster_status`` and ``cluster_get_metrics`` give
    builtins.py      the L1 face
"""
