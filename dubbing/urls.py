from __future__ import annotations

from django.urls import include, path

from dubbing.views import (
    adoption,
    assets,
    callbacks,
    connections,
    films,
    lists,
    outcomes,
    queue,
    replacements,
    sends,
    submissions,
    versions,
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
urlpatterns = [
    path("", lists.home, name="home"),
    path("assets/", lists.asset_list, name="asset-list"),
    path("assets/rows/", lists.asset_rows, name="asset-rows"),
    path("assets/new/", submissions.asset_new, name="asset-new"),
    path("assets/adopt/", adoption.adopt_choose, name="asset-adopt"),
    path("assets/adopt/preview/", adoption.adopt_preview, name="asset-adopt-preview"),
    path("assets/<uuid:asset_id>/", include(one_asset)),
    path("versions/<uuid:version_id>/", include(one_version)),
    path("downloads/<uuid:film_id>/", films.film_download, name="film-download"),
    path("files/<str:token>/<str:filename>", films.stored_file, name="stored-file"),
    path("messages/<uuid:message_id>/", include(one_message)),
    path("queue/", include(whole_queue)),
    path("connection/", connections.connection_detail, name="connection"),
    path("connection/new/", connections.connection_new, name="connection-new"),
    path("connection/<uuid:connection_id>/", include(one_connection)),
    path("callbacks/panjaya/<str:token>/", callbacks.panjaya_callback, name="callback"),
]
