"""Tables of the literature, as counts of who stands on exactly which lists."""

from __future__ import annotations

from server.estimates.histories import Histories, read


def table(lists: str, counts: str) -> Histories:
    """Counts as ``AB:3`` a combination; lists have one-letter codes in the order of ``lists``."""
    names = lists.split()
    codes = "abcdefgh"[: len(names)]
    lines = [",".join([*names, "count"])]
    for one in counts.split():
        on, _, count = one.partition(":")
        lines.append(",".join([*("1" if code in on else "0" for code in codes), count]))
    return read("\n".join(lines), "table")


UK_6 = table(
    "LA NG PF GO GP NCA",
    "a:54 b:463 ab:15 c:907 ac:19 bc:56 abc:1 d:695 ad:3 bd:19 abd:1 cd:69 bcd:4 "
    "abcd:1 e:316 be:1 ce:10 de:8 f:57 bf:3 cf:31 bcf:3 df:6 cdf:1 ef:1",
)
UK_5 = table(
    "LA NG PFNCA GO GP",
    "a:54 b:463 ab:15 c:995 ac:19 bc:62 abc:1 d:695 ad:3 bd:19 abd:1 cd:76 bcd:4 "
    "abcd:1 e:316 be:1 ce:11 de:8",
)
UK_4 = table(
    "LA NG PFNCA GO",
    "a:54 b:464 ab:15 c:1006 ac:19 bc:62 abc:1 d:703 ad:3 bd:19 abd:1 cd:76 bcd:4 abcd:1",
)
NEW_ORLEANS = table(
    "A BEFG C D H", "a:25 b:24 ab:1 c:70 ac:1 bc:2 abc:1 d:33 ad:2 bd:2 abd:1 cd:1 e:21 be:1"
)
AUSTRALIA = table(
    "A B C D", "a:34 b:13 ab:3 c:198 ac:4 bc:36 abc:6 d:100 ad:1 bd:2 abd:1 bcd:15 abcd:1"
)
MADE_UP = table("A B C", "a:40 b:30 ab:6 c:20")
