"""Asks python-for-android's own resolver what a package of ours would be built from.

    python -m tests.mobile.android_recipes python3==3.14.2 kivy ...

Prints one JSON object: ``recipes`` (name: version, in the order they would be built in) and
``pure`` (what pip would take as pure Python). Nothing is fetched or built.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys


def main(required: list[str]) -> None:
    """A pinned version is told as ``p4a --requirements`` tells it: by the environment."""
    names = []
    for each in required:
        name, _, version = each.partition("==")
        names.append(name)
        if version:
            os.environ[f"VERSION_{name}"] = version
    with contextlib.redirect_stdout(sys.stderr):
        from pythonforandroid.bootstrap import Bootstrap
        from pythonforandroid.build import Context
        from pythonforandroid.graph import get_recipe_order_and_bootstrap
        from pythonforandroid.recipe import Recipe

        context = Context()
        order, pure, _ = get_recipe_order_and_bootstrap(
            context, names, Bootstrap.get_bootstrap("sdl2", context)
        )
        versions = {name: Recipe.get_recipe(name, context).version for name in order}
    print(json.dumps({"recipes": versions, "pure": sorted(pure)}))


if __name__ == "__main__":
    main(sys.argv[1:])
