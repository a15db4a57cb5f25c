"""The prepared databases: when they are recreated, who waits for whom, and that no failure passes for a success."""

import os
import runpy
import select
import subprocess
import sys
from pathlib import Path
from unittest.mock import MagicMock, Mock

import pytest

from odoo.tools import config

from .checkout import ROOT

# === WHEN A DATABASE IS MADE ANEW ===#


def test_fingerprint(checkout):
    """It depends on the words, their order, and the contents of those that are files."""
    file = checkout.write("file", "one")

    def fingerprint(words):
        code, output, errors = checkout.bash(f"fingerprint {words}")
        assert (code, errors) == (0, "")
        return output

    first = fingerprint("19.0 file")
    assert len(first) == 17
    assert fingerprint("19.0 file") == first
    assert fingerprint("19.1 file") != first
    assert fingerprint("file 19.0") != first
    file.write_text("two")
    assert fingerprint("19.0 file") != first
    file.write_text("one")
    assert fingerprint("19.0 file") == first


def test_inputs_of_the_template(checkout):
    """What is installed counts: code, data, translations, names; what is only served or compiled does not."""
    model = checkout.write("key_account_management/models/tier.py", "one")
    checkout.write("key_account_management/i18n/de.po", "eins")

    def inputs(build="19.0"):
        code, output, errors = checkout.bash(f"ODOO_BUILD={build}; addon_inputs key_account_management")
        assert (code, errors) == (0, "")
        return output

    first = inputs()
    checkout.write("key_account_management/static/description/icon.png", "picture")
    checkout.write("key_account_management/models/__pycache__/tier.pyc", "compiled")
    checkout.write("key_account_management/i18n/key_account_management.pot", "template")
    checkout.write("tests/test_tier.py", "test")
    assert inputs() == first
    assert inputs(build="19.1") != first
    assert inputs("19.0; cd /") == first
    seen = {first}
    model.write_text("two")
    seen.add(inputs())
    model.rename(model.with_name("level.py"))
    seen.add(inputs())
    checkout.write("key_account_management/data/empty.xml")
    seen.add(inputs())
    checkout.write("key_account_management/i18n/de.po", "zwei")
    seen.add(inputs())
    assert len(seen) == 5
    # Another add-on is not one of its inputs
    checkout.write("key_account_management_stock/__manifest__.py", "{}")
    seen.add(inputs())
    assert len(seen) == 5


@pytest.mark.parametrize("level", ["WARNING", "ERROR", "CRITICAL"])
def test_warnings_while_installing(checkout, level):
    """Odoo ends with 0 after them; here they are shown and the installation counts as failed."""
    log = ".environment/logs/installation-of-the-add-on.log"
    line = f"2026-01-01 00:00:00,000 42 {level} kam_template odoo.tools.translate: bad term"
    checkout.write(log, f"2026-01-01 00:00:00,000 42 INFO kam_template odoo: on\n{line}\n")
    errors = checkout.fails(
        "check_install_log 'installation of the add-on'", "Failed: installation of the add-on", line, log
    )
    assert "INFO" not in errors


def test_clean_installation(checkout):
    """A text that only mentions warnings is not one."""
    log = ".environment/logs/installation-of-the-add-on.log"
    checkout.write(log, "2026-01-01 00:00:00,000 42 INFO kam_template odoo: loading WARNINGS.xml\n")
    assert checkout.bash("check_install_log 'installation of the add-on'") == (0, "", "")


# === TWO COMMANDS AT ONCE ===#


def test_two_commands_wait_for_each_other(checkout):
    """The second says that it waits, and goes on as soon as the first has ended its setup."""
    setup = ". scripts/lib/all.sh; setup_begins; echo begun; read -rt 20; setup_ends; read -rt 20"
    with checkout.start("bash", "-c", setup) as first:
        assert first.stdout.readline() == "begun\n"
        with checkout.start("bash", "-c", setup) as second:
            assert second.stderr.readline() == "==> Waiting for another command that is setting things up\n"
            assert not select.select([second.stdout], [], [], 0.5)[0]
            first.stdin.write("\n")
            first.stdin.flush()
            assert second.stdout.readline() == "begun\n"
            assert first.poll() is None


# === A FAILURE IS REMEMBERED AS ONE ===#

# Stands for PostgreSQL and Odoo; what would be asked of the database is noted down
DATABASES = """
psql_value() { echo "$1" >>queries; case $1 in "select 1"*) echo 1 ;; esac; }
ensure_base() { :; }
drop_database() { :; }
copy_database() { :; }
ODOO_BUILD=19.0
"""


@pytest.mark.parametrize("ensure", ["ensure_template", "ensure_demo"])
@pytest.mark.parametrize(
    ("odoo", "remembered"),
    [("echo ParseError; return 1", False), ("echo installed", True)],
    ids=["breaks", "succeeds"],
)
def test_broken_installation(checkout, ensure, odoo, remembered):
    """After it the database does not count as prepared: the next start tries again."""
    checkout.write("key_account_management/__manifest__.py")
    code = f"{DATABASES}\nodoo() {{ {odoo}; }}\n{ensure}"
    if remembered:
        assert checkout.bash(code)[0] == 0
    else:
        checkout.fails(code, "ParseError", "of the add-on", "mend the add-on's file")
    assert ("comment on database" in (checkout.root / "queries").read_text()) is remembered


def test_installation_with_warnings(checkout):
    """The template is not used either if Odoo only warned."""
    checkout.write("key_account_management/__manifest__.py")
    warning = "2026-01-01 00:00:00,000 42 WARNING kam_template odoo.tools.translate: bad term"
    checkout.fails(f"{DATABASES}\nodoo() {{ echo '{warning}'; }}\nensure_template", warning)
    assert "comment on database" not in (checkout.root / "queries").read_text()


@pytest.mark.parametrize(
    ("odoo", "remembered"),
    [("echo no such company; return 1", False), ("cat >fed", True)],
    ids=["breaks", "succeeds"],
)
def test_what_the_tests_share(checkout, odoo, remembered):
    """It is put into a copy of the template, which is used only when all of it is there."""
    checkout.stub("vacuumdb", "exit 0")
    setup = f"{DATABASES}\nPG_BIN={checkout.bin}\nodoo() {{ {odoo}; }}\n"
    code = setup + "ensure_test_template kam_template kam_test_template prepare prepare_assets"
    if remembered:
        assert checkout.bash(code)[0] == 0
        lines = (checkout.root / "fed").read_text().splitlines()
        assert lines == ["from tests import prepared", "prepared.prepare(env)", "prepared.prepare_assets(env)"]
    else:
        checkout.fails(code, "no such company", "preparation of the tests", "mend tests/prepared.py")
    queries = (checkout.root / "queries").read_text()
    assert ('comment on database "kam_test_template"' in queries) is remembered
    assert 'comment on database "kam_template"' not in queries


# === PRINTED DOCUMENTS ===#

# Everything before printing is skipped, and Odoo's shell is a program of the test
SHELL = """
prepare() { :; }
ensure_demo() { :; }
odoo() { cat >fed; (exit "$ODOO_EXIT"); }
"""


@pytest.mark.parametrize("odoo_exit", [0, 1])
def test_demo_ends_as_the_printing_does(checkout, odoo_exit):
    with (checkout.root / "scripts/lib/all.sh").open("a") as parts:
        parts.write(SHELL)
    result = checkout.run("bash", "scripts/demo", "--once", ODOO_EXIT=str(odoo_exit))
    if odoo_exit:
        checkout.failed(result, "Failed: printing the documents", "scripts/odoo shell -d kam_demo")
    else:
        assert result == (0, "", "==> Printing the documents into out/\n")
    assert (checkout.root / "fed").read_text() == (ROOT / "scripts/lib/print_documents.py").read_text()


def test_odoo_shell_ends_as_its_script_does(tmp_path):
    """The real shell, fed with the real script: where it cannot write, an exit code and the reason arrive."""
    blocked = tmp_path / "out"
    blocked.write_text("a file where the folder should be")
    with (ROOT / "scripts/lib/print_documents.py").open() as script:
        shell = subprocess.run(  # noqa: S603
            [sys.executable, "-m", "odoo", "shell", "-c", config["config"], "-d", config["db_name"][0], "--no-http"],
            stdin=script,
            env={**os.environ, "KAM_OUT": str(blocked)},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert shell.returncode == 1
    assert "FileExistsError" in shell.stderr
    assert blocked.read_text() == "a file where the folder should be"


def print_documents(out, accounts, monkeypatch):
    monkeypatch.setenv("KAM_OUT", str(out))
    env = MagicMock()
    env["res.partner"].search.return_value = accounts
    runpy.run_path(str(ROOT / "scripts/lib/print_documents.py"), {"env": env})


def account(name, make):
    """:param make: makes the content of a document of a kind"""
    partner = MagicMock()
    partner.name = name
    partner.with_user.return_value.with_context.return_value = partner
    partner.key_account_manager_id.with_user.return_value.context_get.return_value = {"tz": "UTC"}
    partner._make_key_account_documents = lambda kind: {f"{name} {kind}": make(kind)}
    return partner


def test_print_documents(tmp_path, monkeypatch):
    """Three PDFs, a PowerPoint and a workbook of each account, and a second run replaces them."""
    for content in (b"old", b"new"):
        alpha = account("Alpha", lambda kind, content=content: content + kind.encode())
        print_documents(tmp_path / "out", [alpha], monkeypatch)
    contents = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    assert contents == {
        "Alpha presentation": b"newpresentation",
        "Alpha folder": b"newfolder",
        "Alpha briefing": b"newbriefing",
        "Alpha powerpoint": b"newpowerpoint",
        "Alpha workbook": b"newworkbook",
    }


def test_print_documents_of_no_accounts(tmp_path, monkeypatch):
    with pytest.raises(SystemExit, match="no key accounts"):
        print_documents(tmp_path / "out", [], monkeypatch)


def test_crash_while_rendering(tmp_path, monkeypatch):
    """The error comes out, what was printed before it stays, and nothing bears the name of what was not."""
    make = Mock(side_effect=[b"slides", ValueError("no such figure")])
    with pytest.raises(ValueError, match="no such figure"):
        print_documents(tmp_path, [account("Alpha", make)], monkeypatch)
    assert [path.name for path in tmp_path.iterdir()] == ["Alpha presentation"]


def test_crash_while_writing(tmp_path, monkeypatch):
    """With the disk full after half a file, the document of the last run is still whole."""
    (tmp_path / "Alpha presentation").write_bytes(b"last year")
    write_bytes = Path.write_bytes

    def disk_full(path, content):
        write_bytes(path, content[: len(content) // 2])
        raise OSError("No space left on device")

    monkeypatch.setattr(Path, "write_bytes", disk_full)
    with pytest.raises(OSError, match="No space left"):
        print_documents(tmp_path, [account("Alpha", lambda kind: b"this year")], monkeypatch)
    assert (tmp_path / "Alpha presentation").read_bytes() == b"last year"
