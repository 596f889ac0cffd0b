"""A language as one file a translator can work on, and that file laid into a country folder.

Pure but for the files it is handed: no database, no case.
"""

from server.languages.checking import LanguageRemark, remarks
from server.languages.laying import lay_into
from server.languages.sentences import Sentence, sentences_of
from server.languages.translation_file import (
    Translation,
    is_unheard_of,
    read_translation,
    written,
)

__all__ = [
    "LanguageRemark",
    "Sentence",
    "Translation",
    "is_unheard_of",
    "lay_into",
    "read_translation",
    "remarks",
    "sentences_of",
    "written",
]
