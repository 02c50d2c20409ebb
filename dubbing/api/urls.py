from __future__ import annotations

from django.urls import path
from drf_spectacular.views import SpectacularAPIView

from dubbing.api.views import (
    archives,
    assets,
    attention,
    batches,
    bulk,
    docs,
    dubbings,
    locales,
    money,
    notes,
    pilots,
    presets,
    reviews,
    sheets,
    subtitles,
    uploads,
    versions,
)

app_name = "api"

urlpatterns = [
    path("assets/", assets.AssetsView.as_view(), name="assets"),
    path("assets/export/", assets.AssetExportView.as_view(), name="asset-export"),
    path("assets/<uuid:asset_id>/", assets.AssetView.as_view(), name="asset"),
    path(
        "assets/<uuid:asset_id>/languages/", assets.AssetLanguagesView.as_view(), name="languages"
    ),
    path("assets/<uuid:asset_id>/promote/", pilots.PromoteView.as_view(), name="promote"),
    path("assets/<uuid:asset_id>/command/", assets.AssetCommandView.as_view(), name="command"),
    path("attention/", attention.AttentionView.as_view(), name="attention"),
    path("batches/", batches.BatchesView.as_view(), name="batches"),
    path("batches/<uuid:batch_id>/", batches.BatchView.as_view(), name="batch"),
    path("batches/<uuid:batch_id>/items/", batches.BatchItemsView.as_view(), name="batch-items"),
    path(
        "batches/<uuid:batch_id>/items/<uuid:item_id>/",
        batches.BatchItemView.as_view(),
        name="batch-item",
    ),
    path(
        "batches/<uuid:batch_id>/items/<uuid:item_id>/pilot/",
        pilots.PilotView.as_view(),
        name="pilot",
    ),
    path("batches/<uuid:batch_id>/send/", batches.BatchSendView.as_view(), name="batch-send"),
    path("dubbings/", dubbings.DubbingsView.as_view(), name="dubbings"),
    path("dubbings/<uuid:dubbing_id>/", dubbings.DubbingView.as_view(), name="dubbing"),
    path(
        "dubbings/<uuid:dubbing_id>/command/",
        dubbings.DubbingCommandView.as_view(),
        name="dubbing-command",
    ),
    path("dubbings/<uuid:dubbing_id>/approve/", reviews.ApproveView.as_view(), name="approve"),
    path(
        "dubbings/<uuid:dubbing_id>/ask-revision/",
        reviews.AskRevisionView.as_view(),
        name="ask-revision",
    ),
    path(
        "dubbings/<uuid:dubbing_id>/start-review/",
        reviews.StartReviewView.as_view(),
        name="start-review",
    ),
    path(
        "dubbings/<uuid:dubbing_id>/reset-review/",
        reviews.ResetReviewView.as_view(),
        name="reset-review",
    ),
    path("dubbings/<uuid:dubbing_id>/notes/", notes.NotesView.as_view(), name="notes"),
    path("notes/<uuid:note_id>/", notes.NoteView.as_view(), name="note"),
    path("notes/<uuid:note_id>/replies/", notes.RepliesView.as_view(), name="replies"),
    path("versions/<uuid:version_id>/pin/", reviews.PinView.as_view(), name="pin"),
    path("versions/<uuid:version_id>/", versions.VersionView.as_view(), name="version"),
    path(
        "versions/<uuid:version_id>/command/",
        versions.WaitingCommandView.as_view(),
        name="version-command",
    ),
    path("versions/<uuid:version_id>/generate/", versions.GenerateView.as_view(), name="generate"),
    path("versions/<uuid:version_id>/revise/", versions.ReviseView.as_view(), name="revise"),
    path(
        "versions/<uuid:version_id>/studio-url/",
        versions.StudioLinkView.as_view(),
        name="studio-url",
    ),
    path("versions/<uuid:version_id>/result/", versions.ResultView.as_view(), name="result"),
    path("uploads/", uploads.UploadsView.as_view(), name="uploads"),
    path("uploads/<uuid:upload_id>/", uploads.UploadView.as_view(), name="upload"),
    path("sheets/", sheets.SheetsView.as_view(), name="sheets"),
    path("sheets/<uuid:sheet_id>/", sheets.SheetView.as_view(), name="sheet"),
    path("sheets/<uuid:sheet_id>/lines/", sheets.SheetLinesView.as_view(), name="sheet-lines"),
    path(
        "sheets/<uuid:sheet_id>/confirm/", sheets.SheetConfirmView.as_view(), name="sheet-confirm"
    ),
    path(
        "batches/<uuid:batch_id>/subtitles/",
        subtitles.SubtitlesView.as_view(),
        name="subtitles",
    ),
    path(
        "batches/<uuid:batch_id>/subtitles/<uuid:subtitle_id>/",
        subtitles.SubtitleView.as_view(),
        name="subtitle",
    ),
    path(
        "batches/<uuid:batch_id>/subtitles/<uuid:subtitle_id>/mend/",
        subtitles.SubtitleMendView.as_view(),
        name="subtitle-mend",
    ),
    path("bulk/", bulk.BulkActionsView.as_view(), name="bulk-actions"),
    path("bulk/<uuid:action_id>/", bulk.BulkActionView.as_view(), name="bulk-action"),
    path("bulk/<uuid:action_id>/rows/", bulk.BulkRowsView.as_view(), name="bulk-rows"),
    path("bulk/<uuid:action_id>/confirm/", bulk.BulkConfirmView.as_view(), name="bulk-confirm"),
    path("bulk/<uuid:action_id>/undo/", bulk.BulkUndoView.as_view(), name="bulk-undo"),
    path("archives/", archives.ArchivesView.as_view(), name="archives"),
    path("archives/<uuid:archive_id>/", archives.ArchiveView.as_view(), name="archive"),
    path("money/", money.MoneyView.as_view(), name="money"),
    path("money/lines/", money.MoneyLinesView.as_view(), name="money-lines"),
    path("money/release/", money.ReleaseView.as_view(), name="money-release"),
    path("estimates/", money.EstimatesView.as_view(), name="estimates"),
    path("presets/", presets.PresetsView.as_view(), name="presets"),
    path("locales/", locales.LocalesView.as_view(), name="locales"),
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path("docs/", docs.docs, name="docs"),
]
