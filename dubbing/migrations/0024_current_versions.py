from __future__ import annotations

from django.db import migrations

# Deferred: a team's rows may go in any order within one transaction.
# (child table, its column, parent table, what happens when the parent goes)
TIES = (
    ("dubbing", "current_id", "version", "NO ACTION"),
    ("note", "asset_id", "asset", "CASCADE"),
    ("note", "dubbing_id", "dubbing", "CASCADE"),
    ("note", "version_id", "version", "CASCADE"),
    ("memberdesk", "start_view_id", "savedview", "NO ACTION"),
)
# What restaging keeps from now on.
FILL = """
UPDATE dubbing_dubbing AS d
SET current_id = newest.id,
    versions_count = newest.number,
    failure_code = CASE WHEN d.stage = 'failed'
        THEN COALESCE(NULLIF(newest.error_code, ''), a.error_code) ELSE '' END
FROM dubbing_asset AS a, (
    SELECT DISTINCT ON (dubbing_id) dubbing_id, id, number, error_code
    FROM dubbing_version ORDER BY dubbing_id, number DESC
) AS newest
WHERE newest.dubbing_id = d.id AND a.id = d.asset_id
"""
FILL_WITHOUT_VERSION = """
UPDATE dubbing_dubbing AS d SET failure_code = a.error_code FROM dubbing_asset AS a
WHERE a.id = d.asset_id AND d.stage = 'failed' AND d.current_id IS NULL
"""
HIDE = """
UPDATE dubbing_dubbing AS d SET is_hidden = true FROM dubbing_asset AS a
WHERE a.id = d.asset_id AND a.hidden_at IS NOT NULL
"""
SAME_TEAM_KEY = migrations.RunSQL(
    "ALTER TABLE dubbing_savedview ADD CONSTRAINT savedview_team_key UNIQUE (team_id, id)",
    "ALTER TABLE dubbing_savedview DROP CONSTRAINT savedview_team_key",
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
    dependencies = [("dubbing", "0023_work")]

    operations = [
        SAME_TEAM_KEY,
        *(tie(*entry) for entry in TIES),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.RunSQL(FILL_WITHOUT_VERSION, migrations.RunSQL.noop),
        migrations.RunSQL(HIDE, migrations.RunSQL.noop),
    ]
