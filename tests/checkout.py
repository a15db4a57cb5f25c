"""A copy of the scripts in a separate folder, for tests of what they do if something is missing or wrong."""

import re
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[1]
# Programs that the scripts may find on the otherwise empty PATH of a test
TOOLS = (
    "bash basename cat chmod cp cut dirname env find flock grep head mkdir mktemp mv rm sed sha256sum sleep sort "
    "tail test tr"
)


class Checkout:
    """A copy of the scripts, and a PATH that holds only what the test puts there."""

    def __init__(self, folder):
        self.root = folder / "checkout"
        self.bin = folder / "bin"
        self.environment = self.root / ".environment"
        shutil.copytree(ROOT / "scripts", self.root / "scripts", ignore=shutil.ignore_patterns("__pycache__"))
        self.bin.mkdir()
        for tool in TOOLS.split():
            (self.bin / tool).symlink_to(shutil.which(tool))

    def move(self, name):
        self.root = self.root.rename(self.root.with_name(name))
        self.environment = self.root / ".environment"

    def write(self, name, text=""):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def stub(self, name, script):
        path = self.bin / name
        path.write_text(f"#!{self.bin}/bash\n{script}\n")
        path.chmod(0o755)

    def start(self, *command, **variables):
        environment = {"PATH": str(self.bin), "HOME": str(self.root), **variables}
        return subprocess.Popen(  # noqa: S603
            command,
            cwd=self.root,
            env=environment,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def run(self, *command, **variables):
        """:return: exit code, standard output, standard error"""
        process = self.start(*command, **variables)
        output, errors = process.communicate(timeout=60)
        return process.returncode, output, errors

    def bash(self, code, **variables):
        return self.run("bash", "-c", f". scripts/lib/all.sh\n{code}", **variables)

    def fails(self, code, *parts, **variables):
        """Runs the code, which has to end with 1 after a message of three lines, with these parts in it."""
        return self.failed(self.bash(code, **variables), *parts)

    def failed(self, result, *parts):
        code, _output, errors = result
        assert code == 1, errors
        assert re.search(r"Failed: .+\nWhy:    .+\nDo:     .+\n", errors), errors
        for part in parts:
            assert part in errors, errors
        return errors
