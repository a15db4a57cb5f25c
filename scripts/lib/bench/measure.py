"""Seconds, queries and memory of a function in Odoo's process, and where they are kept between the steps.

Seconds are those of the processor, in Odoo and in PostgreSQL: what else the machine does at the time does not count.
"""

import json
import os
import resource
import statistics
import time
from pathlib import Path

RUNS = 3
# What takes longer than this many seconds is not repeated as often
LONG = 10


class Measurements:
    """Measured rows, written to a file: each step of the benchmark is a process of its own."""

    def __init__(self, path=None):
        self.path = Path(path or os.environ["KAM_MEASUREMENTS"])

    def add(self, key, **values):
        with self.path.open("a") as file:
            file.write(json.dumps({"key": key, **values}) + "\n")

    def rows(self):
        return [json.loads(line) for line in self.path.read_text().splitlines()]


class Clock:
    """Seconds of the processor: of this process, of those that it has waited for, and of its database connection."""

    def __init__(self, env):
        # Parallel workers are processes of their own, which nobody adds up
        env.cr.execute("SET max_parallel_workers_per_gather = 0")
        self.connection = Path(f"/proc/{env.cr.connection.info.backend_pid}/schedstat")

    def now(self):
        children = resource.getrusage(resource.RUSAGE_CHILDREN)
        # In nanoseconds
        connection = int(self.connection.read_text().split()[0]) / 1e9
        return time.process_time() + children.ru_utime + children.ru_stime + connection


def measure(env, function, runs=RUNS):
    """
    :return: (result, {"seconds": the median of the runs after a first one, "queries": of one run,
        "memory": MB by which Odoo's process grew at its highest, without PostgreSQL})
    """
    result, first, queries, memory = _run(env, function)
    if first > LONG:
        runs = 1
    seconds = []
    for _run_number in range(runs):
        result, again, queries, more = _run(env, function)
        seconds.append(again)
        memory = max(memory, more)
    return result, {"seconds": statistics.median(seconds), "queries": queries, "memory": memory}


def _run(env, function):
    env.flush_all()
    env.invalidate_all()
    before, queries = _memory("VmRSS"), env.cr.sql_log_count
    # Linux forgets the highest memory so far
    Path("/proc/self/clear_refs").write_text("5")
    clock = Clock(env)
    start = clock.now()
    result = function()
    seconds = clock.now() - start
    return result, seconds, env.cr.sql_log_count - queries, max(_memory("VmHWM") - before, 0)


def _memory(name):
    """:return: MB"""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) / 1024
    raise LookupError(name)
