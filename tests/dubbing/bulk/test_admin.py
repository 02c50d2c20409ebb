from __future__ import annotations

from django.urls import reverse

from dubbing.models import BulkAction
from dubbing.states import BulkState, BulkVerb
from tests.builders import make_user
from tests.conftest import signed_in


def operator():
    return signed_in(make_user(is_staff=True, is_superuser=True))


def test_operators_find_an_action_its_rows_and_why(act, dubs):
    action = act(BulkVerb.RETRY, dubs(1))
    client = operator()
    assert (
        str(action) in client.get(reverse("admin:dubbing_bulkaction_changelist")).content.decode()
    )
    shown = client.get(reverse("admin:dubbing_bulkaction_change", args=[action.pk]))
    assert shown.status_code == 200
    rows = client.get(reverse("admin:dubbing_bulkrow_changelist"), {"q": str(action.pk)})
    assert "Nothing about it failed." in rows.content.decode()
    row = action.rows.get()
    assert client.get(reverse("admin:dubbing_bulkrow_change", args=[row.pk])).status_code == 200


def test_operators_wake_one_that_is_stuck(choose, dubs, django_capture_on_commit_callbacks):
    stuck, idle = choose(BulkVerb.HIDE, dubs(1)), choose(BulkVerb.HIDE, dubs(1))
    BulkAction.objects.filter(pk=stuck.pk).update(state=BulkState.WORKING)
    url = reverse("admin:dubbing_bulkaction_changelist")
    keys = [stuck.pk, idle.pk]
    with django_capture_on_commit_callbacks() as woken:
        operator().post(url, {"action": "go_on", "_selected_action": keys, "confirmed": "1"})
    assert len(woken) == 1
