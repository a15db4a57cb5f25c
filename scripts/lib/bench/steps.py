"""The steps of scripts/bench, each called in an Odoo shell of its own as ``steps.NAME(env)``."""

import os

from .company import Company
from .documents import measure_documents
from .figures import FigureTimes
from .measure import Measurements
from .others import measure_others


def found(env):
    Company(env).found()
    env.cr.commit()


def grow(env):
    Company(env).grow(int(os.environ["KAM_LINES"]))
    env.cr.commit()


def figures(env):
    times = FigureTimes(env, Measurements())
    print(f"{times.lines:,} invoice lines", flush=True)
    times.one_account()
    times.many_accounts()
    env.cr.rollback()


def documents(env):
    measure_documents(env, Measurements())
    env.cr.rollback()


def others_with(env):
    measure_others(env, "with")
    env.cr.rollback()


def others_without(env):
    measure_others(env, "without")
    env.cr.rollback()
