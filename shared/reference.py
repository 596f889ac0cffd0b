"""Everything a tablet or a server needs to know about one country: loaded once, then only read.

Owns how the standard data, the country's folder and a programme's own folders lie over one
another. Keeps no copy: callers keep what they load.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from shared.codelists import CodeList, load_codelist
from shared.errors import QuestionnaireError
from shared.profiles import CountryProfile, load_profile
from shared.profiles.country import COUNTRIES
from shared.questionnaire.loading import STANDARD, load_questionnaire
from shared.questionnaire.model import Questionnaire

CODELISTS = Path(__file__).parent / "data" / "codelists"
LANGUAGES = Path(__file__).parent / "data" / "languages"
EARLIER = "earlier"
"""Folder inside a questionnaire folder: one folder for each version that was ever in use."""


@dataclass(frozen=True)
class Reference:
    """The questionnaire in use, the country's law and areas, the code lists.

    earlier: questionnaires of older versions by digest. Drafts and records that were begun with
    one are read with it for ever.
    """

    questionnaire: Questionnaire
    profile: CountryProfile
    codelists: Mapping[str, CodeList]
    earlier: Mapping[str, Questionnaire] = field(default_factory=dict)

    def questionnaire_by_digest(self, digest: str) -> Questionnaire | None:
        """The questionnaire of that digest, in use or earlier; ``None`` if there never was one."""
        if digest == self.questionnaire.digest:
            return self.questionnaire
        return self.earlier.get(digest)


def load_reference(country: str, folders: Sequence[Path] = ()) -> Reference:
    """Standard data, the country's own that comes with Tally87, then the folders', in order.

    country: ISO 3166-1 alpha-3. folders: of the same form as a country folder, each with any of
    ``profile.toml``, ``areas.csv`` and other code lists, and ``questionnaire/``.
    Raises QuestionnaireError naming file, row and column of what cannot be used.
    """
    layers = [folder for folder in (COUNTRIES / country, *folders) if folder.is_dir()]
    extensions = [
        folder / "questionnaire"
        for folder in layers
        if any((folder / "questionnaire" / f"{name}.csv").is_file() for name in _SHEETS)
    ]
    questionnaire = load_questionnaire([STANDARD, *extensions], translations())
    names = {file.stem for file in CODELISTS.glob("*.csv")}
    names |= {
        q.choice_list for q in questionnaire.questions.values() if q.from_file and q.choice_list
    }
    lists = {name: load_codelist(name, layers) for name in sorted(names)}
    earlier = {
        old.digest: old for old in _earlier(extensions) if old.digest != questionnaire.digest
    }
    return Reference(
        questionnaire=questionnaire,
        profile=load_profile(country, folders),
        codelists=MappingProxyType(lists),
        earlier=MappingProxyType(earlier),
    )


_SHEETS = ("survey", "choices", "settings")


def translations() -> list[Path]:
    """The folders that lay one more language each over the standard questionnaire.

    They hold labels and hints alone, so a questionnaire's digest is the same with or without.
    """
    return sorted(file.parent for file in LANGUAGES.glob("*/questionnaire/survey.csv"))


def _earlier(extensions: Sequence[Path]) -> Iterator[Questionnaire]:
    """Older versions: of the standard as it was, alone and with the country's additions; and the
    whole questionnaires a country kept of its own (``tally87 questionnaire keep``)."""
    for folder in sorted((STANDARD / EARLIER).glob("*/")):
        yield load_questionnaire([folder], translations())
        if extensions:
            try:
                yield load_questionnaire([folder, *extensions], translations())
            except QuestionnaireError:
                continue  # the additions belong to a newer standard: they were never used with this
    for extension in extensions:
        for folder in sorted((extension / EARLIER).glob("*/")):
            yield load_questionnaire([folder])
