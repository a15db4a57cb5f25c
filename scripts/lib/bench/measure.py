"""Seconds, queries and memory of a function in Odoo's process, and where they are kept between the steps."""

import json
import os
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
    start = time.perf_counter()
    result = function()
    seconds = time.perf_counter() - start
    return result, seconds, env.cr.sql_log_count - queries, max(_memory("VmHWM") - before, 0)


def _memory(name):
    """:return: MB"""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) / 1024
    raise LookupError(name)
