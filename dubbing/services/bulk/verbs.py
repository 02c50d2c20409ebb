"""The table of verbs: how each is done, and how it is undone."""

from __future__ import annotations

from dataclasses import dataclass

from dubbing.services.bulk import retrying, sends, videos, work
from dubbing.services.bulk.turns import Verb
from dubbing.states import SENDING_VERBS, BulkVerb

# A turn is one short transaction: commands take several statements each, edits take a few for all.
EDITS_AT_ONCE = 200
SENDS_AT_ONCE = 25


@dataclass(frozen=True)
class Rule:
    do: Verb
    undo: Verb


RULES: dict[BulkVerb, Rule] = {
    BulkVerb.ASSIGN: Rule(work.set_work, work.unset_work),
    BulkVerb.DUE: Rule(work.set_work, work.unset_work),
    BulkVerb.PRIORITY: Rule(work.set_work, work.unset_work),
    BulkVerb.ADD_TAGS: Rule(videos.add_tags, videos.take_tags_off),
    BulkVerb.REMOVE_TAGS: Rule(videos.remove_tags, videos.put_tags_back),
    BulkVerb.PROJECT: Rule(videos.set_project, videos.put_project_back),
    BulkVerb.HIDE: Rule(videos.hide, videos.show),
    BulkVerb.GENERATE: Rule(sends.generate, sends.take_sends_back),
    BulkVerb.RETRY: Rule(retrying.retry, sends.take_sends_back),
    BulkVerb.ADD_LANGUAGES: Rule(sends.add_missing_languages, sends.take_sends_back),
}


def rows_at_once(verb: BulkVerb) -> int:
    return SENDS_AT_ONCE if verb in SENDING_VERBS else EDITS_AT_ONCE
