"""A manual as one HTML page with its pictures inside, and as PDF drawn by Typst."""

from __future__ import annotations

import base64
import html
import json
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

import typst

from server.exports.printing import FONTS
from shared.texts import is_right_to_left
from tests.field_manual.pages import PAGES, is_draft, said

TEMPLATE = Path(__file__).with_name("manual.typ")
FAMILIES = (
    *("Noto Sans", "Noto Sans Arabic", "Noto Sans Bengali"),
    *("Noto Sans Devanagari", "Noto Sans Ethiopic"),
)
STYLE = (
    "body{font:16px/1.5 sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}"
    "section{display:flex;gap:2rem;flex-wrap:wrap;break-inside:avoid;margin:2rem 0}"
    "section div{flex:1;min-width:16rem}img{width:300px;border:1px solid #999;border-radius:8px}"
    ".draft{color:#7a4b00;border-inline-start:4px solid;padding-inline-start:.7rem}"
)


def as_html(language: str, pictures: Mapping[str, Path]) -> str:
    """One page that needs nothing else."""
    title = html.escape(said("manual.title", language))
    draft = html.escape(said("screens.bar.draft_words", language))
    parts = [f"<h1>{title}</h1>"]
    if is_draft(language):
        parts.append(f'<p class="draft">{draft}</p>')
    for page in PAGES:
        heading = html.escape(said(page.heading, language))
        tag, item = ("ol", "li") if page.is_list else ("div", "p")
        words = "".join(
            f"<{item}>{html.escape(said(one, language))}</{item}>" for one in page.sentences
        )
        picture = ""
        if page.picture:
            data = base64.b64encode(pictures[page.picture].read_bytes()).decode()
            picture = f'<img alt="{heading}" src="data:image/png;base64,{data}">'
        parts.append(
            f"<section>{picture}<div><h2>{heading}</h2><{tag}>{words}</{tag}></div></section>"
        )
    direction = "rtl" if is_right_to_left(language) else "ltr"
    return (
        f'<!DOCTYPE html><html lang="{language}" dir="{direction}"><meta charset="utf-8">'
        f"<title>{title}</title><style>{STYLE}</style>{''.join(parts)}</html>\n"
    )


def as_pdf(language: str, pictures: Mapping[str, Path]) -> bytes:
    """The same on A4, with the fonts of every script we ship."""
    whole = {
        "language": language,
        "rtl": is_right_to_left(language),
        "fonts": list(FAMILIES),
        "title": said("manual.title", language),
        "draft": said("screens.bar.draft_words", language) if is_draft(language) else "",
        "pages": [
            {
                "heading": said(page.heading, language),
                "picture": f"{page.picture}.png" if page.picture else "",
                "said": [said(one, language) for one in page.sentences],
                "is_list": page.is_list,
            }
            for page in PAGES
        ],
    }
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        shutil.copy(TEMPLATE, here / "manual.typ")
        for name, path in pictures.items():
            shutil.copy(path, here / f"{name}.png")
        pdf: bytes = typst.compile(
            str(here / "manual.typ"),
            font_paths=[str(FONTS)],
            ignore_system_fonts=True,
            sys_inputs={"data": json.dumps(whole)},
        )
    return pdf
