"""A video, the command that sent it, and what it costs."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from django.utils.text import slugify

from dubbing.demo.engine import MARK
from dubbing.demo.plot import VideoPlot
from dubbing.demo.studio import Studio
from dubbing.models import Asset, Dubbing, OutboxMessage, SpendEntry
from dubbing.services.money.estimates import billed_minutes, cost_of, rate_of
from dubbing.services.money.ledger import month_of
from dubbing.states import AssetStatus, Cause, FailureCode, Kind, MessageState, SpendState

TAKEN_AFTER = timedelta(seconds=40)
SETTLED_AFTER = timedelta(minutes=4)
REFUSAL = "The account’s limit of videos is reached."
NO_ANSWER = "The connection ended before an answer came."
# What the engine says beside its code.
WORDS = {
    FailureCode.INVALID_INPUT: "the file is not a video we can read",
    FailureCode.NO_VIDEO_STREAM: "no video stream was found",
    FailureCode.NO_SPEECH: "no speech was found in 00:00 to 00:30",
    FailureCode.NO_AUDIO_TRACK: "the file has no audio track",
    FailureCode.DURATION_LIMIT: "600 minutes of this month are used",
    FailureCode.FILE_SIZE_LIMIT: "the file has 4.1 GB, the account’s limit is 3 GB",
    FailureCode.TRIM_OUT_OF_RANGE: "the trim ends at 31:00, the video at 29:12",
    FailureCode.UNKNOWN: "two people speak at once for most of the video",
}
# A code that this desk has no words for.
UNHEARD_OF = "OverlappingSpeech"
SENDS = {
    AssetStatus.SENDING: MessageState.WAITING,
    AssetStatus.NOT_SENT: MessageState.REFUSED,
    AssetStatus.UNCONFIRMED: MessageState.UNCONFIRMED,
}
SPENDS = {
    AssetStatus.SENDING: SpendState.HELD,
    AssetStatus.NOT_SENT: SpendState.TAKEN_BACK,
}


def make_video(studio: Studio, plot: VideoPlot) -> Asset:
    chances, series = studio.chances, plot.series
    piece = studio.shelf.piece(series.locale)
    name = f"{slugify(series.name) or series.locale}-{plot.number:02}.mp4"
    asset = Asset(
        id=chances.id_at(plot.created_at),
        team=studio.team,
        connection=studio.connection,
        title=plot.title,
        reference=f"{series.locale[:2].upper()}-{1000 + plot.number * 7}",
        project=studio.projects[series.name],
        tags=list(series.tags),
        media_name=name,
        media_size=piece.size,
        duration_seconds=Decimal(plot.seconds),
        facts=piece.facts.as_json() | {"duration": f"{plot.seconds}.000"},
        locale_id=series.locale,
        lips_model=series.lips_model,
        status=plot.status,
        created_by=studio.producer_of(series.name),
        created_at=plot.created_at,
        updated_at=plot.created_at + SETTLED_AFTER,
    )
    folder = str(asset.pk)
    asset.media_file.name = studio.shelf.put_piece(series.locale, folder, "source", name)
    number = list(studio.projects).index(series.name) + plot.number % 3
    asset.poster.name = studio.shelf.put_poster(number, folder, "poster.jpg")
    _tell_of_engine(asset, plot, chances.word())
    studio.rows.assets.append(asset)
    _tell_story(studio, asset, plot)
    return asset


def _tell_of_engine(asset: Asset, plot: VideoPlot, word: str) -> None:
    if plot.status in (AssetStatus.READY, AssetStatus.FAILED):
        asset.remote_id = f"{MARK}ast_{word}"
        asset.raw_status = plot.status
        asset.checked_at = asset.observed_at = plot.created_at + SETTLED_AFTER
    if plot.failure is not None:
        is_known = plot.failure != FailureCode.UNKNOWN
        asset.error_code = plot.failure.value if is_known else UNHEARD_OF
        asset.error_message = WORDS[plot.failure]
    elif plot.status == AssetStatus.NOT_SENT:
        asset.error_message = REFUSAL
    elif plot.status == AssetStatus.UNCONFIRMED:
        asset.error_message = NO_ANSWER


def _tell_story(studio: Studio, asset: Asset, plot: VideoPlot) -> None:
    began, by = plot.created_at, asset.created_by
    studio.tell(asset, began, after=AssetStatus.SENDING, note="Video given", actor=by)
    if plot.status == AssetStatus.SENDING:
        return
    taken = began + TAKEN_AFTER
    if not asset.remote_id:
        studio.tell(
            asset, taken, before=AssetStatus.SENDING, after=plot.status, note=asset.error_message,
            cause=Cause.SENT if plot.status == AssetStatus.NOT_SENT else Cause.DESK,
        )  # fmt: skip
        return
    states = (AssetStatus.SENDING, AssetStatus.PROCESSING)
    studio.tell(asset, taken, before=states[0], after=states[1], cause=Cause.SENT)
    studio.tell(
        asset, began + SETTLED_AFTER, before=states[1], after=plot.status,
        note=asset.error_message, cause=Cause.SNAPSHOT,
    )  # fmt: skip


def make_order(studio: Studio, asset: Asset, dubbings: list[Dubbing]) -> None:
    """The command that sent the video, and a line of the ledger for each language."""
    state = SENDS.get(AssetStatus(asset.status), MessageState.DONE)
    sent_at = asset.created_at + TAKEN_AFTER
    is_open = state in (MessageState.WAITING, MessageState.UNCONFIRMED)
    message = OutboxMessage(
        id=studio.chances.id_at(asset.created_at),
        team=studio.team,
        asset=asset,
        kind=Kind.CREATE,
        payload={"dubbings": [str(dubbing.pk) for dubbing in dubbings]},
        state=state,
        attempts=0 if state == MessageState.WAITING else 1,
        due_at=asset.created_at,
        sent_at=None if state == MessageState.WAITING else sent_at,
        tried_since=None if state == MessageState.WAITING else sent_at,
        settled_at=None if is_open else sent_at,
        unknown_at=sent_at if state == MessageState.UNCONFIRMED else None,
        held_at=asset.created_at if state == MessageState.WAITING else None,
        status_code=403 if state == MessageState.REFUSED else None,
        error_message=asset.error_message if state != MessageState.DONE else "",
        actor=asset.created_by,
        created_at=asset.created_at,
    )
    studio.rows.messages.append(message)
    for dubbing in dubbings:
        studio.rows.spending.append(_line(studio, asset, dubbing, message))


def _line(studio: Studio, asset: Asset, dubbing: Dubbing, message: OutboxMessage) -> SpendEntry:
    card = studio.card
    minutes = billed_minutes(asset.duration_seconds or Decimal(0), card.rounding)
    rate = rate_of(card, asset.lips_model)
    return SpendEntry(
        id=studio.chances.id_at(asset.created_at),
        team=studio.team,
        asset=asset,
        dubbing=dubbing,
        message=message,
        state=SPENDS.get(AssetStatus(asset.status), SpendState.COUNTED),
        month=month_of(asset.created_at),
        minutes=minutes,
        currency=card.currency,
        rate=rate,
        rounding=card.rounding,
        amount=cost_of(minutes, rate),
        created_by=asset.created_by,
        created_at=asset.created_at,
    )
