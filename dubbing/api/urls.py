from __future__ import annotations

from django.urls import path
from drf_spectacular.views import SpectacularAPIView

from dubbing.api.views import assets, docs, dubbings, locales, uploads, versions

app_name = "api"

urlpatterns = [
    path("assets/", assets.AssetsView.as_view(), name="assets"),
    path("assets/<uuid:asset_id>/", assets.AssetView.as_view(), name="asset"),
    path(
        "assets/<uuid:asset_id>/languages/", assets.AssetLanguagesView.as_view(), name="languages"
    ),
    path("dubbings/", dubbings.DubbingsView.as_view(), name="dubbings"),
    path("dubbings/<uuid:dubbing_id>/", dubbings.DubbingView.as_view(), name="dubbing"),
    path("versions/<uuid:version_id>/", versions.VersionView.as_view(), name="version"),
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
    path("locales/", locales.LocalesView.as_view(), name="locales"),
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path("docs/", docs.docs, name="docs"),
]
