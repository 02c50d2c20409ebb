import time
from django.test import Client
from django.utils import timezone
from dubbing.models import *
from dubbing.services import batches
from dubbing.services.actors import Actor
from dubbing.states import Verdict
from tests.builders import *
from tests.conftest import signed_in
from accounts.roles import Role
from accounts.scoping import team_scope
def test_speed(transactional_db):
    team=make_team(); make_connection(team, base_url="http://127.0.0.1:9"); u=make_member(team, Role.OWNER)
    with team_scope(team.id):
        a=Actor(user=u)
        b=batches.create_batch(team=team,actor=a,settings={"locale":"en-US","languages":["de-DE"],"project":"P"})
        t=time.time(); text="\n".join(f"https://m.example.org/{i}.mp4\tFilm {i}" for i in range(5000))
        r=batches.add_addresses(batch=b,actor=a,text=text); print("add",len(r.items),time.time()-t)
        c=b.rows.update(verdict=Verdict.GREEN, duration_seconds=125, check_due_at=None)
    cl=signed_in(u)
    for i in range(4):
        t=time.time(); an=cl.get(f"/batches/{b.pk}/"); print("page",an.status_code,len(an.content),time.time()-t)
    for i in range(3):
        t=time.time(); an=cl.get(f"/batches/{b.pk}/rows/"); print("rows",an.status_code,time.time()-t); e=an["ETag"]
        t=time.time(); an=cl.get(f"/batches/{b.pk}/rows/",headers={"If-None-Match":e}); print("304",an.status_code,time.time()-t)
    t=time.time(); an=cl.get(f"/batches/{b.pk}/send/"); print("ask",an.status_code,time.time()-t)
    with team_scope(team.id):
        t=time.time(); r=batches.edit_items(batch=b,actor=a,items=b.rows.all(),changes={"add_languages":["fr-FR"]}); print("edit",len(r),time.time()-t)
        b.rows.update(verdict=Verdict.GREEN)
    t=time.time(); an=cl.post(f"/batches/{b.pk}/send/"); print("send accepted",an.status_code,time.time()-t)
    with team_scope(team.id):
        t=time.time(); batches.expand_batch(batch_id=b.pk); print("expand",time.time()-t)
