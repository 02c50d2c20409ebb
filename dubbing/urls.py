from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from dubbing.views import (
    adoption,
    assets,
    batch_items,
    batch_rows,
    batches,
    checks,
    connections,
    exports,
    films,
    lists,
    money,
    outcomes,
    presets,
    queue,
    quotes,
    replacements,
    sends,
    sheets,
    submissions,
    subtitles,
    versions,
    waveforms,
)

app_name = "dubbing"

one_asset = [
    path("", assets.asset_detail, name="asset-detail"),
    path("progress/", assets.asset_progress, name="asset-progress"),
    path("history/", assets.asset_history, name="asset-history"),
    path("edit/", assets.asset_edit, name="asset-edit"),
    path("hide/", assets.asset_hide, name="asset-hide"),
    path("show/", assets.asset_show, name="asset-show"),
    path("replace/", replacements.asset_replace, name="asset-replace"),
    path("quote/", quotes.asset_quote, name="asset-quote"),
    path("languages/", submissions.languages_add, name="languages-add"),
]
one_version = [
    path("", versions.version_detail, name="version-detail"),
    path("progress/", versions.version_progress, name="version-progress"),
    path("generate/", versions.version_generate, name="version-generate"),
    path("revise/", versions.version_revise, name="version-revise"),
    path("studio/", versions.version_studio, name="version-studio"),
    path("copy/", versions.version_copy_again, name="version-copy-again"),
    path("download/", films.version_download, name="version-download"),
    path("result/", films.version_result, name="version-result"),
]
one_connection = [
    path("", connections.connection_edit, name="connection-edit"),
    path("check/", connections.connection_check, name="connection-check"),
    path("calls/", connections.connection_try_calls, name="connection-try-calls"),
    path("current/", connections.connection_make_current, name="connection-make-current"),
]
one_message = [
    path("retry/", sends.message_retry, name="message-retry"),
    path("now/", queue.message_now, name="message-now"),
    path("take-back/", queue.message_take_back, name="message-take-back"),
    path("decide/", outcomes.message_decide, name="message-decide"),
    path("look/", outcomes.message_look, name="message-look"),
    path("confirm/", outcomes.message_confirm, name="message-confirm"),
]
whole_queue = [
    path("", queue.queue, name="queue"),
    path("rows/", queue.queue_rows, name="queue-rows"),
    path("pause/", queue.queue_pause, name="queue-pause"),
    path("delay/", queue.queue_delay, name="queue-delay"),
    path("resume/", queue.queue_resume, name="queue-resume"),
    path("lanes/<uuid:connection_id>/resume/", queue.queue_lane_resume, name="queue-lane-resume"),
]
one_item = [
    path("", batch_items.batch_item, name="batch-item"),
    path("facts/", batch_items.batch_item_facts, name="batch-item-facts"),
    path("subtitles/", subtitles.item_subtitles, name="item-subtitles"),
    path("checks/", checks.item_checks, name="item-checks"),
    path("check/", checks.item_check, name="item-check"),
]
one_subtitle = [
    path("place/", subtitles.subtitle_place, name="subtitle-place"),
    path("mend/", subtitles.subtitle_mend, name="subtitle-mend"),
    path("undo/", subtitles.subtitle_undo, name="subtitle-undo"),
    path("remove/", subtitles.subtitle_remove, name="subtitle-remove"),
    path("restore/", subtitles.subtitle_restore, name="subtitle-restore"),
    path("original/", subtitles.subtitle_original, name="subtitle-original"),
]
one_batch: list[URLPattern | URLResolver] = [
    path("", batch_rows.batch_detail, name="batch-detail"),
    path("add/", batches.batch_add, name="batch-add"),
    path("keep/", batches.batch_keep, name="batch-keep"),
    path("uploads/", batches.batch_uploads, name="batch-uploads"),
    path("rows/", batch_rows.batch_rows, name="batch-rows"),
    path("edit/", batch_rows.batch_edit, name="batch-edit"),
    path("remove/", batch_rows.batch_remove, name="batch-remove"),
    path("restore/", batch_rows.batch_restore, name="batch-restore"),
    path("send/", batch_rows.batch_send, name="batch-send"),
    path("discard/", batches.batch_discard, name="batch-discard"),
    path("recover/", batches.batch_recover, name="batch-recover"),
    path("items/<uuid:item_id>/", include(one_item)),
    path("subtitles/", subtitles.batch_subtitles, name="batch-subtitles"),
    path("subtitles/again/", subtitles.subtitles_again, name="subtitles-again"),
    path("subtitles/<uuid:subtitle_id>/", include(one_subtitle)),
]
one_language_set = [
    path("rename/", presets.language_set_rename, name="language-set-rename"),
    path("delete/", presets.language_set_delete, name="language-set-delete"),
]
one_sheet = [
    path("", sheets.sheet_detail, name="sheet-detail"),
    path("progress/", sheets.sheet_progress, name="sheet-progress"),
    path("columns/", sheets.sheet_columns, name="sheet-columns"),
    path("reading/", sheets.sheet_reading, name="sheet-reading"),
    path("again/", sheets.sheet_again, name="sheet-again"),
    path("confirm/", sheets.sheet_confirm, name="sheet-confirm"),
]
urlpatterns = [
    path("", lists.home, name="home"),
    path("assets/", lists.asset_list, name="asset-list"),
    path("assets/rows/", lists.asset_rows, name="asset-rows"),
    path("assets/export/", exports.asset_export, name="asset-export"),
    path("assets/new/", submissions.asset_new, name="asset-new"),
    path("assets/adopt/", adoption.adopt_choose, name="asset-adopt"),
    path("assets/adopt/preview/", adoption.adopt_preview, name="asset-adopt-preview"),
    path("assets/<uuid:asset_id>/", include(one_asset)),
    path("batches/", batches.batch_list, name="batch-list"),
    path("batches/new/", batches.batch_new, name="batch-new"),
    path("batches/<uuid:batch_id>/", include(one_batch)),
    path("preflight/link/", checks.link_check, name="link-check"),
    path("subtitles/read/", subtitles.subtitles_read, name="subtitles-read"),
    path("presets/", presets.preset_list, name="preset-list"),
    path("presets/new/", presets.preset_new, name="preset-new"),
    path("presets/<uuid:preset_id>/rename/", presets.preset_rename, name="preset-rename"),
    path("presets/<uuid:preset_id>/delete/", presets.preset_delete, name="preset-delete"),
    path("language-sets/new/", presets.language_set_new, name="language-set-new"),
    path("language-sets/<uuid:language_set_id>/", include(one_language_set)),
    path("versions/<uuid:version_id>/", include(one_version)),
    path("downloads/<uuid:film_id>/", films.film_download, name="film-download"),
    path("files/<str:token>/<str:filename>", films.stored_file, name="stored-file"),
    path("messages/<uuid:message_id>/", include(one_message)),
    path("sheets/new/", sheets.sheet_new, name="sheet-new"),
    path("sheets/template/", exports.sheet_template, name="sheet-template"),
    path("sheets/<uuid:sheet_id>/", include(one_sheet)),
    path("queue/", include(whole_queue)),
    path("quote/", quotes.quote, name="quote"),
    path("uploads/<uuid:upload_id>/waveform/", waveforms.upload_waveform, name="upload-waveform"),
    path("money/", money.money, name="money"),
    path("money/rates/", money.money_rates, name="money-rates"),
    path("money/release/", money.money_release, name="money-release"),
    path("money/lines/", money.money_export, name="money-export"),
    path("connection/", connections.connection_detail, name="connection"),
    path("connection/new/", connections.connection_new, name="connection-new"),
    path("connection/<uuid:connection_id>/", include(one_connection)),
    path("", include("dubbing.callback_urls")),
]
