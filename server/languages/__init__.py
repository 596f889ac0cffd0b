"""A language as one file a translator can work on, and that file laid into a country folder.

Pure but for the files it is handed: no database, no case.
"""

from server.languages.checking import LanguageRemark, remarks
from server.languages.fonts import FittedFont, boxes_told, fit, lay_font, letters_of_font
from server.languages.laying import lay_into
from server.languages.sentences import Sentence, sentences_of, words_said
from server.languages.translation_file import (
    Translation,
    is_unheard_of,
    read_translation,
    written,
)

__all__ = [
    "FittedFont",
    "LanguageRemark",
    "Sentence",
    "Translation",
    "boxes_told",
    "fit",
    "is_unheard_of",
    "lay_font",
    "lay_into",
    "letters_of_font",
    "read_translation",
    "remarks",
    "sentences_of",
    "words_said",
    "written",
]
