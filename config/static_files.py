"""How scripts, styles and pictures are named once they are collected."""

from __future__ import annotations

from whitenoise.storage import CompressedManifestStaticFilesStorage

# Django's own patterns take two statements for one where an import without names comes first.
IMPORTED = r"""(?m)^(?P<matched>(?P<head>(?:import|export)\b[^"';]*)["'](?P<url>\./[^"']+)["'])"""


class HashedFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # it has no types
    """Each file under a name that changes with its content, in what our scripts import too.

    Otherwise a script that a page loads and another one imports has two addresses: the browser
    takes it for two, and runs it twice.
    """

    patterns = (
        *CompressedManifestStaticFilesStorage.patterns,
        ("js/*.js", ((IMPORTED, '%(head)s"%(url)s"'),)),
    )
    # One pass for each step from a script to the innermost that it imports.
    max_post_process_passes = 12
