"""Words with the signs of styling left out: what ODK draws bold, large or coloured, a tablet says
plainly.

Source: https://xlsform.org/en/#styling-prompts (a subset of Markdown, and ``span`` and ``p`` of
HTML).
"""

from __future__ import annotations

import re
from html import unescape

_TAG_NAMES = "a|b|big|center|div|em|font|h[1-6]|i|li|ol|p|small|span|strong|sub|sup|u|ul"
_LINE_END = re.compile(
    r"[ \t]{0,9}(?:<br\s*/?>|</(?:p|div|h[1-6]|li)\s*>)[ \t]{0,9}\n?", re.IGNORECASE
)
_TAG = re.compile(rf"</?(?:{_TAG_NAMES})(?:\s[^<>]*)?/?>", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z]{2,8});", re.IGNORECASE)
_HEADING = re.compile(r"^[ \t]{0,3}#{1,6}[ \t]+", re.MULTILINE)
_LINK = re.compile(r"!?\[(?P<words>[^\[\]\n]+)\]\((?P<address>[^()\s]+)\)")
_STRONG = re.compile(
    r"(?<![\\*])(?P<sign>\*\*\*?)(?=[^\s*])(?P<words>[^*\n]*[^*\s])(?P=sign)(?!\*)"
)
_EMPHASIS = re.compile(r"(?<![\\\w*])\*(?=[^\s*])(?P<words>[^*\n]*[^*\s])\*(?![\w*])")
_LOW = re.compile(r"(?<![\\\w{])(?P<sign>__?)(?=[^\s_])(?P<words>[^_\n]*[^_\s])(?P=sign)(?![\w}])")
"""A low line is a sign of styling around words only: names of questions are full of them."""
_ESCAPED = re.compile(r"\\([*_#\[\]<>&])")


def without_styling(words: str) -> str:
    """The words as somebody would read them out; the same text where nothing is styled."""
    made = _TAG.sub("", _LINE_END.sub("\n", words))
    made = _HEADING.sub("", made)
    made = _LINK.sub(lambda link: f"{link['words']} ({link['address']})", made)
    for signs in (_STRONG, _EMPHASIS, _LOW, _LOW):
        made = signs.sub(lambda found: found["words"], made)
    made = _ESCAPED.sub(r"\1", made)
    made = _ENTITY.sub(lambda found: unescape(found[0]).replace("\u00a0", " "), made)
    return made.strip() if made != words else words
