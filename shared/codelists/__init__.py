"""Code lists with versions: labels, hierarchy, search by word, code or alias.

Owns the reading of shared/data/codelists and of a country's own lists. Knows no question.
"""

from shared.codelists.lists import CodeList, Entry, load_codelist

__all__ = ["CodeList", "Entry", "load_codelist"]
