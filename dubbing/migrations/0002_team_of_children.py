from __future__ import annotations

from django.db import migrations

# Children are tied to their parent's team: a row can never hang under another team's row.
# (child table, its column, parent table, what happens when the parent goes)
TIES = (
    ("asset", "connection_id", "connection", "NO ACTION"),
    ("asset", "project_id", "project", "NO ACTION"),
    ("dubbing", "asset_id", "asset", "CASCADE"),
    ("version", "asset_id", "asset", "CASCADE"),
    ("version", "dubbing_id", "dubbing", "CASCADE"),
    ("film", "asset_id", "asset", "CASCADE"),
    ("film", "version_id", "version", "CASCADE"),
    ("outboxmessage", "asset_id", "asset", "CASCADE"),
    ("outboxmessage", "version_id", "version", "CASCADE"),
    ("callbackdelivery", "asset_id", "asset", "CASCADE"),
    ("statuschange", "asset_id", "asset", "CASCADE"),
    ("statuschange", "dubbing_id", "dubbing", "CASCADE"),
    ("statuschange", "version_id", "version", "CASCADE"),
)
PARENTS = ("connection", "project", "asset", "dubbing", "version")


def same_team_key(parent: str) -> migrations.RunSQL:
    name = f"{parent}_team_key"
    return migrations.RunSQL(
        f"ALTER TABLE dubbing_{parent} ADD CONSTRAINT {name} UNIQUE (team_id, id)",
        f"ALTER TABLE dubbing_{parent} DROP CONSTRAINT {name}",
    )


def tie(child: str, column: str, parent: str, on_delete: str) -> migrations.RunSQL:
    name = f"{child}_{column}_same_team"
    return migrations.RunSQL(
        f"ALTER TABLE dubbing_{child} ADD CONSTRAINT {name} FOREIGN KEY (team_id, {column}) "
        f"REFERENCES dubbing_{parent} (team_id, id) ON DELETE {on_delete} "
        "DEFERRABLE INITIALLY DEFERRED",
        f"ALTER TABLE dubbing_{child} DROP CONSTRAINT {name}",
    )


class Migration(migrations.Migration):
    dependencies = [("dubbing", "0001_mirror")]

    operations = [*map(same_team_key, PARENTS), *(tie(*entry) for entry in TIES)]
