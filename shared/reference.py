"""Everything a tablet or a server needs to know about one country: loaded once, then only read.

Owns how the standard data, the country's folder and a programme's own folders lie over one
another. What comes with the program is read once a process; whoever loads further folders keeps
what was loaded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from pathlib import Path
from types import MappingProxyType

from shared.codelists import CodeList
from shared.codelists.lists import codelist_files, codelist_of, no_codes
from shared.errors import QuestionnaireError
from shared.places import Place
from shared.profiles import CountryProfile, is_carried, profile_not_here_yet
from shared.profiles.files import COUNTRIES, DEFAULTS, profile_files, profile_of
from shared.profiles.mending import mended_profile
from shared.questionnaire.loading import STANDARD, load_questionnaire
from shared.questionnaire.model import Questionnaire
from shared.questionnaire.sheets import read_sheets

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


class Shelf(Mapping[str, Questionnaire]):
    """Questionnaires by digest, each read when somebody asks for it, then held.

    kept: digests of those ``fetch`` can read. known: gives further ones, asked once, when a digest
    is not among the kept.
    """

    def __init__(
        self,
        kept: Iterable[str],
        fetch: Callable[[str], Questionnaire],
        known: Callable[[], Mapping[str, Questionnaire]],
    ) -> None:
        self._kept, self._fetch, self._known = frozenset(kept), fetch, known
        self._held: dict[str, Questionnaire] = {}

    def __getitem__(self, digest: str) -> Questionnaire:
        if digest not in self._held and digest in self._kept:
            self._held[digest] = self._fetch(digest)
        return self._held[digest] if digest in self._held else self._others[digest]

    def __iter__(self) -> Iterator[str]:
        return iter(self._kept | self._others.keys())

    def __len__(self) -> int:
        return len(self._kept | self._others.keys())

    @cached_property
    def _others(self) -> Mapping[str, Questionnaire]:
        return self._known()


@dataclass(frozen=True)
class Sources:
    """What a country's reference data are made of, each in the order they lie over one another.

    questionnaire, translations: folders of sheets. profile: files above the defaults. codelists:
    files by name of the list.
    """

    questionnaire: tuple[Place, ...]
    translations: tuple[Place, ...]
    defaults: Place
    profile: tuple[Place, ...]
    codelists: Mapping[str, tuple[Place, ...]]


def load_reference(country: str, folders: Sequence[Path] = (), *, mend: bool = False) -> Reference:
    """Standard data, the country's own that comes with Tally87, then the folders', in order.

    country: ISO 3166-1 alpha-3. folders: of the same form as a country folder, each with any of
    ``profile.toml``, ``areas.csv`` and other code lists, and ``questionnaire/``.
    mend: for who starts with what was accepted once: what of the profile cannot be used is untold
    (shared.profiles.mending).
    Raises QuestionnaireError naming file, row and column of what cannot be used.
    """
    return _read(country, folders, mend) if folders else _as_it_came(country)


@lru_cache(maxsize=4)
def _as_it_came(country: str) -> Reference:
    """Immutable, and of files that are part of the program: one for all who ask."""
    return _read(country)


def _read(country: str, folders: Sequence[Path] = (), mend: bool = False) -> Reference:
    questionnaire = load_questionnaire(
        [STANDARD, *_extensions(_layers(country, folders))], translations()
    )
    lists = {q.choice_list for q in questionnaire.questions.values() if q.from_file}
    sources = _sources_for({name for name in lists if name}, country, folders)
    reference = reference_of(country, sources, questionnaire, mend=mend)
    found = {old.digest: old for old in map(_loaded, earlier_sources(country, folders)) if old}
    found.pop(questionnaire.digest, None)
    return replace(reference, earlier=MappingProxyType(found))


def reference_that_came(country: str) -> Reference:
    """What comes with the app for a country: load_reference, or for one that nobody wrote a profile
    of yet the standard questionnaire and code lists, with ``profile.is_here`` False."""
    if is_carried(country):
        return load_reference(country)
    sources = sources_of(country)
    standard = load_questionnaire(sources.questionnaire, sources.translations)
    lists = {
        name: codelist_of(name, files) if files else no_codes(name)
        for name, files in sources.codelists.items()
    }
    named = lists["countries"].entries.get(country)
    names = named.labels if named is not None else {}
    earlier = {old.digest: old for old in map(_loaded, earlier_sources(country)) if old}
    earlier.pop(standard.digest, None)
    return Reference(
        standard,
        profile_not_here_yet(country, names),
        MappingProxyType(lists),
        MappingProxyType(earlier),
    )


def sources_of(country: str, folders: Sequence[Path] = ()) -> Sources:
    """The files load_reference reads for this country; only sheets are read to find them.

    Raises QuestionnaireError when they cannot be read as sheets.
    """
    survey = read_sheets([STANDARD, *_extensions(_layers(country, folders))]).survey
    files = (row.type_words[1] for row in survey if "from_file" in row.kind and row.type_words[1:])
    return _sources_for({file.removesuffix(".csv") for file in files}, country, folders)


def reference_of(
    country: str,
    sources: Sources,
    questionnaire: Questionnaire | None = None,
    *,
    mend: bool = False,
) -> Reference:
    """The reference these files make, without earlier questionnaires. Raises QuestionnaireError.

    questionnaire: when it has been read from them already. mend: as for load_reference.
    """
    profile = mended_profile if mend else profile_of
    return Reference(
        questionnaire or load_questionnaire(sources.questionnaire, sources.translations),
        profile(country, sources.defaults, sources.profile),
        MappingProxyType({n: codelist_of(n, files) for n, files in sources.codelists.items()}),
    )


def earlier_sources(
    country: str, folders: Sequence[Path] = ()
) -> Iterator[tuple[list[Path], list[Path]]]:
    """Folders and translations of older versions: of the standard as it was, alone and with the
    country's additions; and the whole questionnaires a country kept of its own
    (``tally87 questionnaire keep``)."""
    extensions = _extensions(_layers(country, folders))
    for folder in sorted((STANDARD / EARLIER).glob("*/")):
        yield [folder], translations()
        if extensions:
            yield [folder, *extensions], translations()
    for extension in extensions:
        for folder in sorted((extension / EARLIER).glob("*/")):
            yield [folder], []


_SHEETS = ("survey", "choices", "settings")


def translations() -> list[Path]:
    """The folders that lay one more language each over the standard questionnaire.

    They hold labels and hints alone, so a questionnaire's digest is the same with or without.
    """
    return sorted(file.parent for file in LANGUAGES.glob("*/questionnaire/survey.csv"))


def _layers(country: str, folders: Sequence[Path]) -> list[Path]:
    return [folder for folder in (COUNTRIES / country, *folders) if folder.is_dir()]


def _extensions(layers: Sequence[Path]) -> list[Path]:
    return [
        folder / "questionnaire"
        for folder in layers
        if any((folder / "questionnaire" / f"{name}.csv").is_file() for name in _SHEETS)
    ]


def _sources_for(asked: set[str], country: str, folders: Sequence[Path]) -> Sources:
    """asked: names of the code lists that questions need."""
    layers = _layers(country, folders)
    names = asked | {file.stem for file in CODELISTS.glob("*.csv")}
    return Sources(
        questionnaire=(STANDARD, *_extensions(layers)),
        translations=tuple(translations()),
        defaults=DEFAULTS,
        profile=tuple(profile_files(country, folders)),
        codelists=MappingProxyType(
            {name: tuple(codelist_files(name, layers)) for name in sorted(names)}
        ),
    )


def _loaded(source: tuple[list[Path], list[Path]]) -> Questionnaire | None:
    folders, words = source
    try:
        return load_questionnaire(folders, words)
    except QuestionnaireError:
        if len(folders) == 1:
            raise
        return None  # the additions belong to a newer standard: they were never used with this
