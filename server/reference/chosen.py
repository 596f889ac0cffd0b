"""What the office chose of a profile itself: a layer behind those of the country folders. Pure."""

from __future__ import annotations

from shared.wire.bundles import bundle, unbundle

_CHOSEN = b"# Chosen by the office: later editions keep it.\n"


def with_choices(before: bytes, after: bytes) -> bytes:
    """The profile of the next edition, made from country folders (``after``), with what the office
    chose in the one before."""
    for content in unbundle(before).values():
        if content.startswith(_CHOSEN):
            return with_choice(after, content.removeprefix(_CHOSEN))
    return after


def with_choice(profile: bytes, chosen: bytes) -> bytes:
    """A profile with this layer in the place of what was chosen before."""
    files = {
        path: content
        for path, content in unbundle(profile).items()
        if not content.startswith(_CHOSEN)
    }
    layers = sum(path.endswith("/profile.toml") for path in files)
    return bundle({**files, f"{layers}/profile.toml": _CHOSEN + chosen})
