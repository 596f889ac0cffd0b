"""Editions of reference data: signed, listed by part, asked for piece by piece, bounded."""

from __future__ import annotations

import contextlib
import random
import re
import zlib
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.errors import ParcelUnreadable, SignatureInvalid, WireError
from shared.identifiers import TabletId
from shared.wire import cbor
from shared.wire.asking import (
    MANIFEST,
    Piece,
    Wanted,
    open_asking,
    open_piece,
    seal_asking,
    seal_piece,
)
from shared.wire.bundles import bundle, digest_of, squeezed, unbundle, unsqueezed
from shared.wire.editions import (
    Edition,
    Part,
    Version,
    content_of,
    edition_file,
    open_edition,
    read_edition_file,
    read_version,
    sign_edition,
    version_of,
)
from shared.wire.envelope import MessageKind, header_of, sign
from shared.wire.keys import ProgrammeKeys, TabletKeys
from shared.wire.limits import (
    MAX_ASKING_BYTES,
    MAX_CHUNK_BYTES,
    MAX_EDITION_PARTS,
    MAX_MANIFEST_BYTES,
    MAX_PART_BYTES,
)

TABLET = TabletId("00112233445566aa")
BUNDLE = bundle({"default.toml": b"a = 1\n"})
PAGE = (Path(__file__).parents[3] / "docs" / "wire-protocol.md").read_text(encoding="utf-8")
PATHS = st.from_regex(r"[a-z0-9_]{1,8}(/[a-z0-9_]{1,8}\.csv)?", fullmatch=True)


def part_of(name: str, data: bytes) -> Part:
    return Part(name, digest_of(data), len(data), len(squeezed(data)))


def an_edition(**changes: object) -> Edition:
    edition = Edition(7, 1_790_000_000, "PAK", (part_of("profile", BUNDLE),))
    return replace(edition, **changes)  # type: ignore[arg-type]


def signed_as_it_is(items: tuple[cbor.Item, ...], keys: ProgrammeKeys) -> bytes:
    """A manifest nobody checked before it was signed: what a broken office might make."""
    body = cbor.encode(items)
    header = header_of(MessageKind.EDITION)
    to = keys.public.fingerprint()
    return header + sign(MessageKind.EDITION, keys, to, header, body) + body


@given(st.dictionaries(PATHS, st.binary(max_size=200), max_size=6))
def test_bundle_gives_back_its_files_and_has_one_spelling(files: dict[str, bytes]) -> None:
    data = bundle(files)

    assert unbundle(data) == files
    assert bundle(dict(reversed(list(files.items())))) == data
    assert unsqueezed(squeezed(data), digest_of(data), len(data)) == data


@pytest.mark.parametrize(
    "items",
    [
        ("b", b"", "a", b""),
        ("a", b"", "a", b""),
        ("a",),
        ("a", "text"),
        ("../a", b""),
        ("/etc/passwd", b""),
        ("a\\b", b""),
        (".hidden", b""),
        b"no array",
    ],
)
def test_bundle_with_strange_paths_is_refused(items: cbor.Item) -> None:
    with pytest.raises(ParcelUnreadable):
        unbundle(cbor.encode(items))


@given(st.binary(max_size=300))
def test_no_bytes_upset_the_readers(data: bytes) -> None:
    public = ProgrammeKeys(bytes(32), b"\x01" * 32).public
    with contextlib.suppress(WireError):
        assert bundle(unbundle(data)) == data
    for reading in (
        lambda: unsqueezed(data, "00" * 16, len(data)),
        lambda: open_edition(b"T87M\x01" + data, public),
        lambda: read_edition_file(b"T87F\x01" + data, public),
    ):
        with pytest.raises(WireError):
            reading()


def test_part_that_unpacks_to_more_than_it_says_is_refused() -> None:
    bomb = zlib.compressobj(9, zlib.DEFLATED, -15)
    data = bomb.compress(bytes(50_000_000)) + bomb.flush()

    with pytest.raises(ParcelUnreadable):
        unsqueezed(data, "00" * 16, 1000)
    with pytest.raises(ParcelUnreadable):
        unsqueezed(data, "00" * 16, MAX_PART_BYTES + 1)


def test_manifest_is_the_same_bytes_for_ever(programme_keys: ProgrammeKeys) -> None:
    written = re.search(r"signed with the keys of the tests:\n\n```\n(.*?)```", PAGE, re.DOTALL)
    assert written is not None

    manifest = sign_edition(an_edition(), programme_keys)

    # The squeezed size is zlib's business: the one in the page is that of the test's own zlib.
    golden = bytes.fromhex(written[1].replace("\n", ""))
    opened = open_edition(golden, programme_keys.public)
    part = opened.parts[0]
    assert (opened.number, opened.made_s, opened.country) == (7, 1_790_000_000, "PAK")
    assert (part.name, part.digest, part.size) == ("profile", digest_of(BUNDLE), len(BUNDLE))
    assert sign_edition(opened, programme_keys) == golden
    assert len(manifest) == len(golden)


def test_edition_of_another_programme_or_with_a_changed_byte_is_refused(
    programme_keys: ProgrammeKeys,
) -> None:
    manifest = sign_edition(an_edition(), programme_keys)
    foreign = ProgrammeKeys.generate(random.Random(99).randbytes)

    assert open_edition(manifest, programme_keys.public) == an_edition()
    with pytest.raises(SignatureInvalid):
        open_edition(manifest, foreign.public)
    for at in range(5, len(manifest)):
        with pytest.raises(SignatureInvalid):
            open_edition(
                manifest[:at] + bytes([manifest[at] ^ 1]) + manifest[at + 1 :],
                programme_keys.public,
            )


def _items(*parts: cbor.Item, number: int = 1, layout: int = 1) -> tuple[cbor.Item, ...]:
    return (layout, number, 0, "PAK", tuple(parts))


@pytest.mark.parametrize(
    "items",
    [
        _items(number=0),
        _items(number=1 << 40),
        _items(layout=2),
        _items("profile", bytes(16), 1),
        _items("profile", bytes(15), 1, 1),
        _items("Profile", bytes(16), 1, 1),
        _items("codelists/../x", bytes(16), 1, 1),
        _items("profile", bytes(16), MAX_PART_BYTES + 1, 1),
        _items("profile", bytes(16), 0, 1),
        _items("profile", bytes(16), 10, 100_000),
        _items("b", bytes(16), 1, 1, "a", b"\x01" * 16, 1, 1),
        _items("a", bytes(16), 1, 1, "b", bytes(16), 1, 1),
        _items("a", bytes(16), True, 1),
        _items(
            *(item for n in range(5) for item in (f"a/{n}", bytes([n]) * 16, MAX_PART_BYTES, 1))
        ),
    ],
)
def test_manifest_beyond_the_limits_is_refused_though_it_is_signed(
    items: tuple[cbor.Item, ...], programme_keys: ProgrammeKeys
) -> None:
    with pytest.raises(ParcelUnreadable):
        open_edition(signed_as_it_is(items, programme_keys), programme_keys.public)


def test_office_does_not_sign_what_a_tablet_would_refuse(programme_keys: ProgrammeKeys) -> None:
    many = tuple(
        Part(f"codelists/{number:04}", f"{number:032x}", 1, 1)
        for number in range(MAX_EDITION_PARTS + 1)
    )

    with pytest.raises(ValueError, match="more parts"):
        sign_edition(an_edition(parts=many), programme_keys)
    assert len(sign_edition(an_edition(parts=many[:-1]), programme_keys)) <= MAX_MANIFEST_BYTES


def test_version_names_number_and_content() -> None:
    edition = an_edition()
    content = content_of({"profile": edition.parts[0].digest})

    assert read_version(edition.version) == Version(7, content)
    assert an_edition(number=8).version == version_of(8, content)
    assert read_version("edition seven") is None


def test_file_holds_the_whole_edition_and_is_refused_when_cut(
    programme_keys: ProgrammeKeys,
) -> None:
    manifest = sign_edition(an_edition(), programme_keys)
    data = edition_file(manifest, [squeezed(BUNDLE)])

    kept, edition, parts = read_edition_file(data, programme_keys.public)

    assert (kept, edition) == (manifest, an_edition())
    assert parts == {digest_of(BUNDLE): squeezed(BUNDLE)}
    for length in range(len(data)):
        with pytest.raises(WireError):
            read_edition_file(data[:length], programme_keys.public)
    with pytest.raises(ParcelUnreadable):
        read_edition_file(data + b"x", programme_keys.public)


@pytest.mark.parametrize("wanted", [Wanted(MANIFEST), Wanted("ab" * 16, 70_000, 512)])
def test_request_names_the_tablet_and_what_it_wants(
    wanted: Wanted, tablet_keys: TabletKeys, programme_keys: ProgrammeKeys
) -> None:
    data = ask(wanted, tablet_keys, programme_keys)

    assert open_request(data, tablet_keys, programme_keys) == (TABLET, wanted)
    assert len(data) < 170
    for at in range(len(data)):
        with pytest.raises(WireError):
            open_request(
                data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :], tablet_keys, programme_keys
            )
    with pytest.raises(ParcelUnreadable):
        open_request(data + bytes(MAX_ASKING_BYTES), tablet_keys, programme_keys)


@pytest.mark.parametrize(
    "wanted",
    [Wanted("ab", 0, 1), Wanted("", 0, 0), Wanted("", 0, MAX_CHUNK_BYTES + 1), Wanted("", 1 << 30)],
)
def test_request_beyond_the_limits_is_refused(
    wanted: Wanted, tablet_keys: TabletKeys, programme_keys: ProgrammeKeys
) -> None:
    with pytest.raises(ParcelUnreadable):
        open_request(ask(wanted, tablet_keys, programme_keys), tablet_keys, programme_keys)


def test_request_of_an_unknown_tablet_is_refused(
    tablet_keys: TabletKeys, programme_keys: ProgrammeKeys
) -> None:
    with pytest.raises(SignatureInvalid):
        open_asking(
            ask(Wanted(MANIFEST), tablet_keys, programme_keys),
            programme_keys=programme_keys,
            tablet_public=lambda _: None,
        )


def test_piece_answers_its_own_request_only(
    tablet_keys: TabletKeys, programme_keys: ProgrammeKeys
) -> None:
    request = ask(Wanted(MANIFEST), tablet_keys, programme_keys)
    again = ask(Wanted(MANIFEST), tablet_keys, programme_keys, seed=3)
    reply = give(Piece(5, b"abc"), request, tablet_keys, programme_keys)

    def opened(data: bytes, to: bytes = request, keys: TabletKeys = tablet_keys) -> Piece:
        return open_piece(data, to, tablet_keys=keys, programme_public=programme_keys.public)

    assert opened(reply) == Piece(5, b"abc")
    with pytest.raises(ParcelUnreadable, match="another request"):
        opened(reply, again)
    with pytest.raises(WireError):
        opened(reply, keys=TabletKeys.generate(random.Random(8).randbytes))
    for at in range(len(reply)):
        with pytest.raises(WireError):
            opened(reply[:at] + bytes([reply[at] ^ 1]) + reply[at + 1 :])
    with pytest.raises(ParcelUnreadable):
        opened(give(Piece(2, b"abc"), request, tablet_keys, programme_keys))


def test_piece_of_somebody_else_than_the_programme_is_refused(
    tablet_keys: TabletKeys, programme_keys: ProgrammeKeys
) -> None:
    request = ask(Wanted(MANIFEST), tablet_keys, programme_keys)
    impostor = ProgrammeKeys.generate(random.Random(13).randbytes)

    with pytest.raises(SignatureInvalid):
        open_piece(
            give(Piece(3, b"abc"), request, tablet_keys, impostor),
            request,
            tablet_keys=tablet_keys,
            programme_public=programme_keys.public,
        )


def ask(wanted: Wanted, tablet_keys: TabletKeys, keys: ProgrammeKeys, seed: int = 2) -> bytes:
    return seal_asking(
        wanted,
        tablet_id=TABLET,
        tablet_keys=tablet_keys,
        programme_public=keys.public,
        random=random.Random(seed).randbytes,
    )


def open_request(
    data: bytes, tablet_keys: TabletKeys, keys: ProgrammeKeys
) -> tuple[TabletId, Wanted]:
    return open_asking(data, programme_keys=keys, tablet_public={TABLET: tablet_keys.public}.get)


def give(piece: Piece, request: bytes, tablet_keys: TabletKeys, keys: ProgrammeKeys) -> bytes:
    return seal_piece(
        piece,
        request,
        programme_keys=keys,
        tablet_public=tablet_keys.public,
        random=random.Random(4).randbytes,
    )
