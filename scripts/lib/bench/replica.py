"""Calls Odoo as the client does, and counts which of two PostgreSQL servers answered: the primary or its standby.

Run by scripts/bench --replica: python -m bench.replica FOLDER HTTP-PORT PRIMARY-PORT STANDBY-PORT PAGE.
"""

import os
import re
import sys
import time
from datetime import date
from pathlib import Path

import psycopg2
import requests

DATABASE = "kam_replica"
# Statements that read or write; not those that begin and end a transaction
STATEMENT = re.compile(r"LOG:  statement:\s+(?!BEGIN|COMMIT|ROLLBACK|SET|SHOW|START)", re.IGNORECASE)
# Seconds until Odoo answers
PATIENCE = 120
# Some columns of the list of accounts
PORTFOLIO = {name: {} for name in ("why", "revenue", "revenue_change", "health", "visit_due")}
BEGIN = "<!-- made by scripts/bench --replica -->"
END = "<!-- end -->"


class Client:
    """A user in a browser."""

    def __init__(self, port):
        self.url = f"http://127.0.0.1:{port}"
        self.session = requests.Session()

    def wait(self):
        for _second in range(PATIENCE):
            try:
                self.session.get(f"{self.url}/web/health", timeout=PATIENCE)
            except requests.ConnectionError:
                time.sleep(1)
            else:
                return
        raise SystemExit("Odoo does not answer.")

    def log_in(self, login):
        self._post("/web/session/authenticate", {"db": DATABASE, "login": login, "password": login})

    def call(self, model, method, args, **kwargs):
        params = {"model": model, "method": method, "args": args, "kwargs": kwargs}
        return self._post(f"/web/dataset/call_kw/{model}/{method}", params)

    def _post(self, path, params):
        answer = self.session.post(
            self.url + path, json={"jsonrpc": "2.0", "method": "call", "params": params}, timeout=PATIENCE
        ).json()
        if "error" in answer:
            raise SystemExit(answer["error"]["data"]["debug"])
        return answer["result"]


class Servers:
    """What the two servers logged since the last look."""

    def __init__(self, folder, primary, standby):
        self.logs = [Path(folder) / f"{name}.log" for name in ("primary", "standby")]
        self.ports = (primary, standby)
        self.read = [0, 0]

    def counts(self):
        """:return: numbers of statements (primary, standby)"""
        found = []
        for position, log in enumerate(self.logs):
            text = log.read_text(errors="replace")
            found.append(len(STATEMENT.findall(text[self.read[position] :])))
            self.read[position] = len(text)
        return tuple(found)

    def ask(self, position, query):
        connection = psycopg2.connect(
            host="127.0.0.1", port=self.ports[position], user="odoo", password=os.environ["PGPASSWORD"], dbname=DATABASE
        )
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(query)
            (value,) = cursor.fetchone()
        connection.close()
        return value

    def lag(self):
        """:return: seconds until the standby has all that the primary has written"""
        written, start = self.ask(0, "SELECT pg_current_wal_lsn()::text"), time.perf_counter()
        while not self.ask(1, f"SELECT pg_last_wal_replay_lsn() >= '{written}'"):
            time.sleep(0.001)
        return time.perf_counter() - start


def main(folder, http_port, primary, standby, page):
    client, servers = Client(http_port), Servers(folder, primary, standby)
    if not servers.ask(1, "SELECT pg_is_in_recovery()"):
        raise SystemExit("The standby is none.")
    client.wait()
    client.log_in("kim")
    accounts = client.call("res.partner", "search", [[["key_account_status", "!=", False]]], limit=1)
    year = date.today().year
    reads = {
        "Figures tab": ("get_key_account_cockpit", [accounts]),
        "trend": ("get_key_account_trend", [accounts, f"{year}-06-30"]),
        "`get_key_account_figures`": ("get_key_account_figures", [accounts, f"{year}-01-01", f"{year}-12-31"]),
    }
    reads = {name: ("res.partner", *call) for name, call in reads.items()}
    reads["Portfolio"] = ("key.account.snapshot", "web_search_read", [[["is_current", "=", True]], PORTFOLIO])
    for model, method, args in reads.values():
        # The first call in a process fills its caches
        for _time in range(4):
            client.call(model, method, args)
    rows = []
    servers.counts()
    for name, (model, method, args) in reads.items():
        client.call(model, method, args)
        rows.append((name, *servers.counts()))
    client.call("res.partner", "write", [accounts, {"comment": "written on the primary"}])
    rows.append(("saving a contact", *servers.counts()))
    lag = servers.lag()
    text = "\n".join(
        [
            "| | statements on the primary | on the standby |",
            "|---|--:|--:|",
            *(f"| {name} | {on_primary} | {on_standby} |" for name, on_primary, on_standby in rows),
            "",
            f"The standby had what was saved {lag * 1000:.0f} ms later.",
        ]
    )
    print(text)
    insert(Path(page), text)
    wrong = [name for name, on_primary, on_standby in rows[:-1] if on_primary > on_standby]
    if wrong or not rows[-1][1]:
        raise SystemExit(f"These were answered by the wrong server: {', '.join(wrong) or 'saving'}.")


def insert(page, text):
    """Replaces what stands between the two marks on a page."""
    before, rest = page.read_text().split(BEGIN)
    after = rest.split(END)[1]
    page.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}")


if __name__ == "__main__":
    main(*sys.argv[1:])
