from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path, register_converter

from dubbing.short_ids import ShortId
from dubbing.views import (
    adoption,
    archives,
    assets,
    attention,
    batch_items,
    batch_rows,
    batches,
    bulk,
    checks,
    connections,
    digest,
    dub_list,
    exports,
    films,
    lists,
    matrix,
    money,
    notes,
    outcomes,
    pilots,
    presets,
    queue,
    quotes,
    replacements,
    reviews,
    saved_views,
    sends,
    sheets,
    streams,
    submissions,
    subtitles,
    technical,
    versions,
    waveforms,
    work,
)

app_name = "dubbing"
register_converter(ShortId, "short")

whole_matrix = [
    path("rows/", matrix.matrix_rows, name="matrix-rows"),
    path("result/", matrix.matrix_result, name="matrix-result"),
    path("density/", matrix.matrix_density, name="matrix-density"),
    path("icons.css", matrix.stage_icons, name="stage-icons"),
]
whole_list = [
    path("", dub_list.dubbing_list, name="dubbing-list"),
    path("rows/", dub_list.dubbing_rows, name="dubbing-rows"),
    path("columns/", dub_list.dubbing_columns, name="dubbing-columns"),
]
all_views = [
    path("menu/", saved_views.view_menu, name="view-menu"),
    path("new/", saved_views.view_new, name="view-new"),
    path("no-start/", saved_views.view_no_start, name="view-no-start"),
    path("<uuid:view_id>/", saved_views.view_edit, name="view-edit"),
    path("<uuid:view_id>/delete/", saved_views.view_delete, name="view-delete"),
    path("<uuid:view_id>/start/", saved_views.view_start, name="view-start"),
]

one_asset = [
    path("", assets.asset_detail, name="asset-detail"),
    path("poster/", matrix.asset_poster, name="asset-poster"),
    path("progress/", assets.asset_progress, name="asset-progress"),
    path("history/", assets.asset_history, name="asset-history"),
    path("edit/", assets.asset_edit, name="asset-edit"),
    path("hide/", assets.asset_hide, name="asset-hide"),
    path("show/", assets.asset_show, name="asset-show"),
    path("promote/", pilots.asset_promote, name="asset-promote"),
    path("look/", technical.asset_look, name="asset-look"),
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
    path("review/", reviews.version_start_review, name="version-start-review"),
    path("approve/", reviews.version_approve, name="version-approve"),
    path("ask/", reviews.version_ask_revision, name="version-ask-revision"),
    path("reset/", reviews.version_reset_review, name="version-reset-review"),
    path("pin/", reviews.version_pin, name="version-pin"),
    path("unpin/", reviews.version_unpin, name="version-unpin"),
    path("notes/", notes.note_add, name="note-add"),
]
one_note = [
    path("reply/", notes.note_reply, name="note-reply"),
    path("edit/", notes.note_edit, name="note-edit"),
    path("delete/", notes.note_delete, name="note-delete"),
    path("resolve/", notes.note_resolve, name="note-resolve"),
    path("reopen/", notes.note_reopen, name="note-reopen"),
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
whole_attention = [
    path("", attention.attention, name="attention"),
    path("groups/", attention.attention_groups, name="attention-groups"),
    path("look/", attention.attention_look, name="attention-look"),
    path("of/<uuid:team_id>/", attention.attention_of_team, name="attention-of-team"),
]
whole_digest = [
    path("", digest.digest, name="digest"),
    path("stop/<str:token>/", digest.digest_stop, name="digest-stop"),
]
one_item = [
    path("", batch_items.batch_item, name="batch-item"),
    path("facts/", batch_items.batch_item_facts, name="batch-item-facts"),
    path("subtitles/", subtitles.item_subtitles, name="item-subtitles"),
    path("pilot/", pilots.item_pilot, name="item-pilot"),
    path("pilot/progress/", pilots.item_pilot_progress, name="item-pilot-progress"),
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
    path("pilots/", pilots.batch_pilots, name="batch-pilots"),
    path("discard/", batches.batch_discard, name="batch-discard"),
    path("recover/", batches.batch_recover, name="batch-recover"),
    path("items/<uuid:item_id>/", include(one_item)),
    path("subtitles/", subtitles.batch_subtitles, name="batch-subtitles"),
    path("subtitles/again/", subtitles.subtitles_again, name="subtitles-again"),
    path("subtitles/<uuid:subtitle_id>/", include(one_subtitle)),
]
one_archive = [
    path("", archives.archive_detail, name="archive-detail"),
    path("progress/", archives.archive_progress, name="archive-progress"),
    path("parts/<int:number>/", archives.archive_part, name="archive-part"),
    path("links/", archives.archive_links, name="archive-links"),
    path("delete/", archives.archive_delete, name="archive-delete"),
]
one_bulk = [
    path("", bulk.bulk_detail, name="bulk-detail"),
    path("progress/", bulk.bulk_progress, name="bulk-progress"),
    path("begin/", bulk.bulk_begin, name="bulk-begin"),
    path("undo/", bulk.bulk_undo, name="bulk-undo"),
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
    path("", matrix.matrix, name="home"),
    path("matrix/", include(whole_matrix)),
    path("list/", include(whole_list)),
    path("views/", include(all_views)),
    path("filters/", matrix.filter_choices, name="filter-choices"),
    path("d/<short:dubbing_id>/", matrix.dubbing_open, name="dubbing-open"),
    path("dubbings/<uuid:dubbing_id>/card/", matrix.dubbing_card, name="dubbing-card"),
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
    path("bulk/", bulk.bulk_list, name="bulk-list"),
    path("bulk/new/", bulk.bulk_new, name="bulk-new"),
    path("bulk/quote/", bulk.bulk_quote, name="bulk-quote"),
    path("bulk/<uuid:action_id>/", include(one_bulk)),
    path("preflight/link/", checks.link_check, name="link-check"),
    path("subtitles/read/", subtitles.subtitles_read, name="subtitles-read"),
    path("presets/", presets.preset_list, name="preset-list"),
    path("presets/new/", presets.preset_new, name="preset-new"),
    path("presets/<uuid:preset_id>/rename/", presets.preset_rename, name="preset-rename"),
    path("presets/<uuid:preset_id>/delete/", presets.preset_delete, name="preset-delete"),
    path("language-sets/new/", presets.language_set_new, name="language-set-new"),
    path("language-sets/<uuid:language_set_id>/", include(one_language_set)),
    path("versions/<uuid:version_id>/", include(one_version)),
    path("notes/<uuid:note_id>/", include(one_note)),
    path("dubbings/<uuid:dubbing_id>/work/", work.dubbing_work, name="dubbing-work"),
    path("dubbings/<uuid:dubbing_id>/srt/", technical.dubbing_srt, name="dubbing-srt"),
    path(
        "deliveries/<uuid:delivery_id>/replay/", technical.delivery_replay, name="delivery-replay"
    ),
    path("downloads/<uuid:film_id>/", films.film_download, name="film-download"),
    path("files/<str:token>/<str:filename>", films.stored_file, name="stored-file"),
    path("messages/<uuid:message_id>/", include(one_message)),
    path("sheets/new/", sheets.sheet_new, name="sheet-new"),
    path("sheets/template/", exports.sheet_template, name="sheet-template"),
    path("sheets/<uuid:sheet_id>/", include(one_sheet)),
    path("archives/", archives.archive_list, name="archive-list"),
    path("archives/new/", archives.archive_new, name="archive-new"),
    path("archives/preview/", archives.archive_preview, name="archive-preview"),
    path("archives/<uuid:archive_id>/", include(one_archive)),
    path("queue/", include(whole_queue)),
    path("attention/", include(whole_attention)),
    path("digest/", include(whole_digest)),
    path("live/", streams.live, name="live"),
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
