"""Prints the documents of all key accounts, each as its account manager; run in Odoo's shell by scripts/demo."""

import os
import sys
from pathlib import Path

KINDS = ("presentation", "folder", "briefing", "powerpoint", "workbook")


def write(path, content):
    """The file gets its name only when it is whole."""
    part = path.with_name(path.name + ".part")
    part.write_bytes(content)
    part.replace(path)


def print_documents(env, out):
    out.mkdir(exist_ok=True)
    accounts = env["res.partner"].search(
        [("key_account_status", "!=", False), ("parent_id", "=", False)], order="complete_name"
    )
    for number, account in enumerate(accounts, 1):
        user = account.key_account_manager_id or env.user
        # Including language and time zone: this prints what the user would print
        account = account.with_user(user).with_context(**user.with_user(user).context_get())
        for kind in KINDS:
            for name, content in account._make_key_account_documents(kind).items():
                write(out / name, content)
        print(f"    {number}/{len(accounts)}  {account.name}", file=sys.stderr, flush=True)
    if not accounts:
        sys.exit("The database has no key accounts.")


print_documents(env, Path(os.environ["KAM_OUT"]))  # noqa: F821 (Odoo's shell brings it)
