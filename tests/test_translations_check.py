"""The check of translations that scripts/lint runs: what it refuses, and what it writes when asked."""

import subprocess
import sys

import pytest

from .checkout import ROOT

CHECK = ROOT / "scripts/lib/check_translations.py"
HEAD = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n'
TEXTS = {
    "Tier": "Stufe",
    "%(count)s accounts are <b>late</b>": "<b>Verspätet</b>: %(count)s Kunden",
    "100%% of": "100%% von",
}
COUNT = "%(count)s accounts are <b>late</b>"


class Translations:
    """A fresh template, and the folder with the committed one and its German translation."""

    def __init__(self, folder):
        self.fresh = folder / "fresh.pot"
        self.folder = folder / "i18n"
        self.template = self.folder / "addon.pot"
        self.german = self.folder / "de.po"
        self.folder.mkdir()
        empty = dict.fromkeys(TEXTS, "")
        self.write(self.fresh, empty)
        self.write(self.template, empty)
        self.write(self.german, TEXTS)

    def write(self, path, texts, fuzzy=()):
        entries = [
            f'\n{"#, fuzzy" if text in fuzzy else "#."}\nmsgid "{text}"\nmsgstr "{translation}"\n'
            for text, translation in texts.items()
        ]
        path.write_text(HEAD + "".join(entries))

    def check(self, *options):
        return subprocess.run(  # noqa: S603
            [sys.executable, CHECK, self.fresh, self.folder, *options], capture_output=True, text=True, check=False
        )

    def refused(self, *messages):
        """Checks that these messages come, each in its line, no other, and what to do."""
        result = self.check()
        assert result.returncode == 1
        lines = result.stderr.splitlines()
        assert lines.pop().startswith("Run scripts/lint --write-translations")
        assert sorted(lines) == sorted(messages)


@pytest.fixture
def translations(tmp_path):
    return Translations(tmp_path)


def test_complete(translations):
    """Complete translations pass without a word; the order of placeholders is free."""
    result = translations.check()
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")


def test_not_translated(translations):
    """An empty, a missing or a fuzzy translation does not count."""
    for texts in (TEXTS | {"Tier": ""}, {text: TEXTS[text] for text in TEXTS if text != "Tier"}):
        translations.write(translations.german, texts)
        translations.refused(f"{translations.german}: not translated: 'Tier'")
    translations.write(translations.german, TEXTS, fuzzy=["Tier"])
    translations.refused(f"{translations.german}: not translated: 'Tier'")


@pytest.mark.parametrize(
    "text",
    [
        "<b>Verspätet</b>: %(anzahl)s Kunden",
        "<b>Verspätet</b>",
        "<i>Verspätet</i>: %(count)s Kunden",
        "%(count)s Kunden",
    ],
)
def test_changed_placeholder(translations, text):
    """A renamed or lost placeholder or tag would break the text where it is shown."""
    translations.write(translations.german, TEXTS | {COUNT: text})
    translations.refused(f"{translations.german}: placeholders or tags differ: {COUNT!r} - {text!r}")


@pytest.mark.parametrize("text", ["Kundengesundheit", "Die Kundengesundheit sinkt"])
def test_word_that_was_replaced(translations, text):
    """What was agreed with those who use it comes back with no later text."""
    translations.write(translations.german, TEXTS | {"Tier": text})
    translations.refused(f"{translations.german}: “Beziehungsindex” was agreed instead of “Kundengesundheit”: 'Tier'")


def test_new_text(translations):
    """It is missing in the template and in the translation."""
    translations.write(translations.fresh, dict.fromkeys([*TEXTS, "Milestone"], ""))
    translations.refused(
        f"{translations.template}: new text, not in the template: 'Milestone'",
        f"{translations.german}: not translated: 'Milestone'",
    )


def test_text_that_is_gone(translations):
    translations.write(translations.template, dict.fromkeys([*TEXTS, "Grade"], ""))
    translations.refused(f"{translations.template}: text in the template only: 'Grade'")


def test_writing(translations):
    """New texts are added to template and translation, old ones removed, translated ones kept."""
    translations.write(translations.fresh, dict.fromkeys([COUNT, "100%% of", "Milestone"], ""))
    result = translations.check("--write-translations")
    assert result.returncode == 1
    assert f"{translations.german}: not translated: 'Milestone'" in result.stderr
    assert translations.template.read_text() == translations.fresh.read_text()
    german = translations.german.read_text()
    assert "Tier" not in german
    assert TEXTS[COUNT] in german
    translations.german.write_text(german.replace('msgid "Milestone"\nmsgstr ""', 'msgid "Milestone"\nmsgstr "Etappe"'))
    assert translations.check().returncode == 0
