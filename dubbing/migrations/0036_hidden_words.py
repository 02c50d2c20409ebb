"""Words know whether their video is hidden: what is searched for is found among them alone."""

from __future__ import annotations

from importlib import import_module

from django.db import migrations, models

ADDED = """
CREATE OR REPLACE FUNCTION dubbing_words_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO dubbing_assetwords (asset_id, team_id, text, is_hidden)
    SELECT a.id, a.team_id,
           dubbing_words_of(a.title, a.reference, p.name, a.tags, a.remote_id),
           a.hidden_at IS NOT NULL
    FROM added AS a LEFT JOIN dubbing_project AS p ON p.id = a.project_id;
    RETURN NULL;
END $$;
"""
HIDDEN = """
CREATE FUNCTION dubbing_words_hidden() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE dubbing_assetwords SET is_hidden = NEW.hidden_at IS NOT NULL WHERE asset_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER words_hidden AFTER UPDATE OF hidden_at ON dubbing_asset FOR EACH ROW
    WHEN ((OLD.hidden_at IS NULL) <> (NEW.hidden_at IS NULL))
    EXECUTE FUNCTION dubbing_words_hidden();
UPDATE dubbing_assetwords AS w SET is_hidden = true
FROM dubbing_asset AS a WHERE a.id = w.asset_id AND a.hidden_at IS NOT NULL;
"""
NOT_HIDDEN = """
DROP TRIGGER words_hidden ON dubbing_asset;
DROP FUNCTION dubbing_words_hidden();
"""
WORDS: str = import_module("dubbing.migrations.0028_asset_words").WORDS
ADDED_BEFORE = (
    "CREATE OR REPLACE FUNCTION dubbing_words_added"
    + (WORDS.split("CREATE FUNCTION dubbing_words_added")[1].split("CREATE FUNCTION")[0])
)


class Migration(migrations.Migration):
    dependencies = [("dubbing", "0035_list_indexes")]

    operations = [
        migrations.AddField(
            model_name="assetwords",
            name="is_hidden",
            field=models.BooleanField(
                db_default=False, default=False, editable=False, help_text="As its video is."
            ),
        ),
        migrations.RunSQL(ADDED, ADDED_BEFORE),
        migrations.RunSQL(HIDDEN, NOT_HIDDEN),
    ]
