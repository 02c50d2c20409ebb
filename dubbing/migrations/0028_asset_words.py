from __future__ import annotations

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models

# Every run of one to three letters, so that two letters and languages without spaces are found
# too. pg_trgm lost: the embedded server has none, and it knows no runs shorter than three.
GRAMS = """
CREATE FUNCTION dubbing_grams(words text) RETURNS text[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT COALESCE(array_agg(DISTINCT substr(words, first, letters)), '{}')
    FROM generate_series(1, char_length(words)) AS first, generate_series(1, 3) AS letters
    WHERE first + letters - 1 <= char_length(words)
      AND position(E'\\n' IN substr(words, first, letters)) = 0
$$;
CREATE FUNCTION dubbing_wanted_grams(words text) RETURNS text[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT CASE WHEN char_length(words) < 3 THEN ARRAY[words] ELSE (
        SELECT array_agg(DISTINCT substr(words, first, 3))
        FROM generate_series(1, char_length(words) - 2) AS first
    ) END
$$;
"""
NO_GRAMS = "DROP FUNCTION dubbing_wanted_grams(text); DROP FUNCTION dubbing_grams(text)"

# One place says which words count; inserts come by the thousand, so they are one statement.
WORDS = """
CREATE FUNCTION dubbing_words_of(
    title text, reference text, project text, tags varchar[], remote_id text
) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT lower(concat_ws(E'\\n', title, NULLIF(reference, ''), project,
        NULLIF(array_to_string(tags, E'\\n'), ''), NULLIF(remote_id, '')))
$$;
CREATE FUNCTION dubbing_words_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO dubbing_assetwords (asset_id, team_id, text)
    SELECT a.id, a.team_id,
           dubbing_words_of(a.title, a.reference, p.name, a.tags, a.remote_id)
    FROM added AS a LEFT JOIN dubbing_project AS p ON p.id = a.project_id;
    RETURN NULL;
END $$;
CREATE FUNCTION dubbing_words_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE dubbing_assetwords SET text = dubbing_words_of(NEW.title, NEW.reference,
        (SELECT name FROM dubbing_project WHERE id = NEW.project_id), NEW.tags, NEW.remote_id)
    WHERE asset_id = NEW.id;
    RETURN NULL;
END $$;
CREATE FUNCTION dubbing_project_renamed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE dubbing_assetwords AS w SET text = dubbing_words_of(
        a.title, a.reference, NEW.name, a.tags, a.remote_id)
    FROM dubbing_asset AS a
    WHERE a.team_id = NEW.team_id AND a.project_id = NEW.id AND w.asset_id = a.id;
    RETURN NULL;
END $$;
CREATE TRIGGER words_added AFTER INSERT ON dubbing_asset
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION dubbing_words_added();
CREATE TRIGGER words_changed
    AFTER UPDATE OF title, reference, project_id, tags, remote_id ON dubbing_asset FOR EACH ROW
    WHEN ((OLD.title, OLD.reference, OLD.project_id, OLD.tags, OLD.remote_id)
        IS DISTINCT FROM (NEW.title, NEW.reference, NEW.project_id, NEW.tags, NEW.remote_id))
    EXECUTE FUNCTION dubbing_words_changed();
CREATE TRIGGER words_of_project AFTER UPDATE OF name ON dubbing_project FOR EACH ROW
    WHEN (OLD.name IS DISTINCT FROM NEW.name) EXECUTE FUNCTION dubbing_project_renamed();
INSERT INTO dubbing_assetwords (asset_id, team_id, text)
SELECT a.id, a.team_id, dubbing_words_of(a.title, a.reference, p.name, a.tags, a.remote_id)
FROM dubbing_asset AS a LEFT JOIN dubbing_project AS p ON p.id = a.project_id;
-- Checked at once: the index that follows cannot be made over rows whose keys are still to be seen.
SET CONSTRAINTS ALL IMMEDIATE;
"""
NO_WORDS = """
DROP TRIGGER words_of_project ON dubbing_project;
DROP TRIGGER words_changed ON dubbing_asset;
DROP TRIGGER words_added ON dubbing_asset;
DROP FUNCTION dubbing_project_renamed();
DROP FUNCTION dubbing_words_changed();
DROP FUNCTION dubbing_words_added();
DROP FUNCTION dubbing_words_of(text, text, text, varchar[], text);
"""
TIE = """
ALTER TABLE dubbing_assetwords ADD CONSTRAINT assetwords_asset_id_same_team
FOREIGN KEY (team_id, asset_id) REFERENCES dubbing_asset (team_id, id) ON DELETE CASCADE
DEFERRABLE INITIALLY DEFERRED
"""
NO_TIE = "ALTER TABLE dubbing_assetwords DROP CONSTRAINT assetwords_asset_id_same_team"


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_accounts"),
        ("dubbing", "0027_bulk"),
    ]

    operations = [
        migrations.RunSQL(GRAMS, NO_GRAMS),
        migrations.CreateModel(
            name="AssetWords",
            fields=[
                (
                    "asset",
                    models.OneToOneField(
                        db_constraint=False,
                        editable=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="words",
                        serialize=False,
                        to="dubbing.asset",
                    ),
                ),
                ("text", models.TextField(editable=False)),
                (
                    "team",
                    models.ForeignKey(
                        db_constraint=False,
                        editable=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.team",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        models.Func(
                            models.F("text"),
                            function="dubbing_grams",
                            output_field=django.contrib.postgres.fields.ArrayField(
                                base_field=models.TextField(), size=None
                            ),
                        ),
                        fastupdate=True,
                        gin_pending_list_limit=512,
                        name="asset_words",
                    )
                ],
            },
        ),
        migrations.RunSQL(TIE, NO_TIE),
        migrations.RunSQL(WORDS, NO_WORDS),
    ]
