"""Compares the committed template with a fresh one, and each translation with the template.

usage: check_translations.py FRESH_TEMPLATE I18N_FOLDER [--write-translations]
"""

import re
import sys
from pathlib import Path

import polib

# Attributes of tags may be texts as well
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%%|</?\w+")
# German words that sales people would not use, or not for this, and the ones that were agreed; no matter which case
AGREED = {
    "auf der Tafel": "im Kanban",
    "Betreuungsmaßnahme": "Kundenpflege-Maßnahme",
    "Bis zum heutigen Tag": "Jahr bis heute",
    "Coaching-Sitzung": "Coaching-Gespräch",
    "Coachingplan": "Coaching-Plan",
    "eingefroren": "festgehalten",
    "Einheit(en)": "Stück",
    "In Verzug": "Überfällig",
    "Kostenabdeckung": "Umsatzanteil mit bekannten Kosten",
    "Kostendeckung": "Umsatzanteil mit bekannten Kosten",
    "Kundengesundheit": "Beziehungsindex",
    "Lieferanteil": "Marktanteil beim Kunden",
    "Maßnahmenplan": "Aktionsplan",
    "Mindestbestellwert": "Mindestauftragsgröße",
    "Punktwert": "Bewertung",
    "stattgefunden": "durchgeführt",
    "abgehalten": "durchgeführt",
    "terminiert": "Termin vereinbart",
    "Umsatz mit Ihnen": "Ihr Bezug bei uns",
}


def entries(catalogue):
    return {(entry.msgctxt, entry.msgid): entry for entry in catalogue if not entry.obsolete}


def problems_of_template(fresh, committed):
    fresh, committed = entries(fresh), entries(committed)
    yield from (f"new text, not in the template: {text!r}" for _ctx, text in fresh.keys() - committed.keys())
    yield from (f"text in the template only: {text!r}" for _ctx, text in committed.keys() - fresh.keys())


def problems_of_translation(fresh, translation):
    translated = entries(translation)
    for key, entry in entries(fresh).items():
        text = translated[key].msgstr if key in translated and not translated[key].fuzzy else ""
        if not text:
            yield f"not translated: {entry.msgid!r}"
        elif sorted(PLACEHOLDER.findall(entry.msgid)) != sorted(PLACEHOLDER.findall(text)):
            yield f"placeholders or tags differ: {entry.msgid!r} - {text!r}"


def problems_of_words(translation):
    for entry in translation:
        for word, agreed in AGREED.items():
            if word.lower() in entry.msgstr.lower():
                yield f"“{agreed}” was agreed instead of “{word}”: {entry.msgid!r}"


def main(fresh_path, folder, write=None):
    fresh = polib.pofile(fresh_path)
    (template_path,) = Path(folder).glob("*.pot")
    if write:
        Path(template_path).write_bytes(Path(fresh_path).read_bytes())
        for path in Path(folder).glob("*.po"):
            translation = polib.pofile(path)
            translation.merge(fresh)
            for entry in translation.obsolete_entries():
                translation.remove(entry)
            translation.sort(key=lambda entry: entry.msgid)
            translation.save()
    problems = [f"{template_path}: {text}" for text in problems_of_template(fresh, polib.pofile(template_path))]
    for path in Path(folder).glob("*.po"):
        translation = polib.pofile(path)
        texts = [*problems_of_translation(fresh, translation), *problems_of_words(translation)]
        problems += [f"{path}: {text}" for text in texts]
    if problems:
        sys.exit("\n".join([*problems, "Run scripts/lint --write-translations, translate what is new, and commit."]))


main(*sys.argv[1:])
