"""Which release of PostgreSQL a cluster is of, and which one we run."""

from __future__ import annotations

from pathlib import Path

from config.local.errors import StartError
from config.local.place import Place
from config.local.programs import INSTALLATION

OURS = int(INSTALLATION.removeprefix("pginstall"))
UPGRADE = "make upgrade-database"


def release_of(cluster: Path) -> int | None:
    """None where there is no cluster yet."""
    try:
        return int((cluster / "PG_VERSION").read_text().split(".")[0])
    except FileNotFoundError:
        return None
    except ValueError:
        raise StartError(f"{cluster} is damaged: its PG_VERSION cannot be read.") from None


def check_release(cluster: Path) -> None:
    """Before a start: no server opens the files of another release. Raises StartError."""
    found = release_of(cluster)
    if found is None or found == OURS:
        return
    if found < OURS:
        raise StartError(
            f"The data in {cluster} is of PostgreSQL {found}, and this desk runs {OURS}. Nothing is"
            f" lost. Run `{UPGRADE}` once, then start again."
        )
    raise StartError(
        f"The data in {cluster} is of PostgreSQL {found}, newer than the {OURS} of this desk."
        " Install the release of the desk that you had."
    )


def aside(place: Place) -> Path:
    """The home of the new cluster while an upgrade fills it."""
    return place.home / "upgrade"


def is_filled(place: Place) -> Path:
    """The mark that everything has arrived there."""
    return aside(place) / "filled"


def finish_upgrade(place: Place) -> None:
    """The upgrade's last step, also for one that was killed right before it: without this, a start
    would find no database and make an empty one."""
    if is_filled(place).exists() and not place.cluster.exists():
        Place(aside(place)).cluster.rename(place.cluster)
    if is_filled(place).exists() and release_of(place.cluster) == OURS:
        is_filled(place).unlink()
