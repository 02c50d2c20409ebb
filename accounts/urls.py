from __future__ import annotations

from django.urls import include, path

from accounts.views import invitations, keys, mail, members, profile, teams

app_name = "accounts"

team_pages = [
    path("", members.members, name="members"),
    path("invite/", invitations.member_invite, name="member-invite"),
    path("leave/", teams.leave_team, name="leave-team"),
    path("<uuid:membership_id>/role/", members.member_role, name="member-role"),
    path("<uuid:membership_id>/remove/", members.member_remove, name="member-remove"),
    path(
        "invitations/<uuid:invitation_id>/renew/",
        invitations.invitation_renew,
        name="invitation-renew",
    ),
    path(
        "invitations/<uuid:invitation_id>/revoke/",
        invitations.invitation_revoke,
        name="invitation-revoke",
    ),
]
key_pages = [
    path("", keys.keys, name="keys"),
    path("new/", keys.key_new, name="key-new"),
    path("<uuid:key_id>/revoke/", keys.key_revoke, name="key-revoke"),
]
urlpatterns = [
    path("members/", include(team_pages)),
    path("keys/", include(key_pages)),
    path("invitations/<str:token>/", invitations.invitation, name="invitation"),
    path("teams/switch/", teams.switch_team, name="switch-team"),
    path("profile/", profile.profile, name="profile"),
    path("mail/", mail.mail_list, name="mail-list"),
    path("mail/<slug:name>/", mail.mail_detail, name="mail-detail"),
]
