import time
from dubbing.models import *
from dubbing.services import batches
from dubbing.services.actors import Actor
from tests.builders import *
from accounts.scoping import team_scope
from django.db import connection
def test_speed(transactional_db):
    team=make_team(); make_connection(team, base_url="http://127.0.0.1:9")
    with team_scope(team.id):
        a=Actor()
        b=batches.create_batch(team=team,actor=a,settings={"locale":"en-US","languages":["de-DE"],"project":"P"})
        t=time.time(); text="\n".join(f"https://m.example.org/{i}.mp4\tFilm {i}" for i in range(10000))
        r=batches.add_addresses(batch=b,actor=a,text=text); print("add",len(r.items),time.time()-t)
        t=time.time(); r=batches.edit_items(batch=b,actor=a,items=b.items.all(),changes={"add_languages":["fr-FR"]}); print("edit",len(r),time.time()-t)
        t=time.time(); n=batches.send_batch(batch=b,actor=a,unsure_too=True); print("send",n,time.time()-t)
        t=time.time(); batches.expand_batch(batch_id=b.pk); print("expand",time.time()-t)
        b.refresh_from_db(); print(b.state, Asset.objects.count(), Dubbing.objects.count(), OutboxMessage.objects.count())
