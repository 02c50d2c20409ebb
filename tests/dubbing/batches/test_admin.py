from __future__ import annotations

from django.urls import reverse

from dubbing.models import Batch
from dubbing.services.batches import send_batch
from dubbing.services.pilots import make_pilot, promote_pilot
from tests.builders import make_user
from tests.conftest import signed_in


def operator():
    return signed_in(make_user(is_staff=True, is_superuser=True))


def test_operators_find_a_batch_its_rows_and_what_they_are_missing(batch, add):
    add(1, title="Odd one", locale="xx-XX")
    client = operator()
    listed = client.get(reverse("admin:dubbing_batch_changelist"))
    assert str(batch) in listed.content.decode()
    shown = client.get(reverse("admin:dubbing_batch_change", args=[batch.pk]))
    assert "1, 0 of them sent" in shown.content.decode()
    item = batch.rows.get()
    row = client.get(reverse("admin:dubbing_batchitem_change", args=[item.pk]))
    assert "unknown_locale" in row.content.decode()


def test_operators_wake_a_batch_that_is_stuck(
    batch, add, actor, pass_checks, django_capture_on_commit_callbacks
):
    add(1)
    pass_checks()
    send_batch(batch=batch, actor=actor)
    url = reverse("admin:dubbing_batch_changelist")
    form = {"action": "expand", "_selected_action": [batch.pk], "confirmed": "1"}
    with django_capture_on_commit_callbacks() as woken:
        answer = operator().post(url, form, follow=True)
    assert answer.status_code == 200 and woken
    assert Batch.objects.get(pk=batch.pk).state == "sending"


def test_operators_find_pilots_and_their_full_runs(batch, add, actor):
    [row] = add(1, title="Film")
    add(1, title="Without")
    pilot = make_pilot(item=row, actor=actor)
    full = promote_pilot(pilot=pilot, actor=actor)
    client = operator()
    listed = client.get(reverse("admin:dubbing_batchitem_changelist"), {"pilot": "yes"})
    assert [found.pk for found in listed.context["cl"].result_list] == [row.pk]
    listed = client.get(reverse("admin:dubbing_asset_changelist"), {"is_pilot__exact": "1"})
    assert [found.pk for found in listed.context["cl"].result_list] == [pilot.pk]
    for asset, other in ((pilot, full), (full, pilot)):
        shown = client.get(reverse("admin:dubbing_asset_change", args=[asset.pk]))
        assert str(other.pk) in shown.content.decode()
