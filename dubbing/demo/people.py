"""The studio's members."""

from __future__ import annotations

from allauth.account.models import EmailAddress

from accounts.models import Membership, Team, User
from accounts.roles import Role

DOMAIN = "demo-studio.example"
PEOPLE = (
    ("Ines Castellanos", Role.OWNER),
    ("Mara Lindqvist", Role.PRODUCER),
    ("Tobias Rehm", Role.PRODUCER),
    ("Priya Raman", Role.PRODUCER),
    ("Kenji Watanabe", Role.PRODUCER),
    ("Solveig Aas", Role.REVIEWER),
    ("Léa Moreau", Role.REVIEWER),
    ("Hana Kim", Role.REVIEWER),
    ("Omar Haddad", Role.REVIEWER),
    ("Paulo Teixeira", Role.REVIEWER),
    ("Jana Nováková", Role.REVIEWER),
    ("Ruth Feldman", Role.VIEWER),
)
# Who listens to which languages; the others go to whoever has time.
EARS = {
    "Solveig Aas": ("sv-SE", "da-DK", "nb-NO", "fi-FI"),
    "Léa Moreau": ("fr-FR", "nl-NL", "it-IT"),
    "Hana Kim": ("ko-KR", "ja-JP", "zh-CN", "vi-VN"),
    "Omar Haddad": ("ar-AE", "tr-TR", "hi-IN", "ta-IN"),
    "Paulo Teixeira": ("pt-BR", "pt-PT", "es-ES", "es-MX"),
    "Jana Nováková": ("cs-CZ", "pl-PL", "uk-UA", "de-DE"),
}


def address_of(name: str) -> str:
    plain = name.lower().translate(str.maketrans("éáàèöüç", "eaaeouc"))
    return f"{plain.replace(' ', '.')}@{DOMAIN}"


def make_people(team: Team, password: str | None) -> dict[str, User]:
    """By name. Without a password nobody can sign in as one of them."""
    found: dict[str, User] = {}
    for name, role in PEOPLE:
        email = address_of(name)
        user = User.objects.filter(email=email).first()
        if user is None:
            user = User.objects.create_user(email, password, name=name)
            EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
        Membership.objects.get_or_create(team=team, user=user, defaults={"role": role})
        found[name] = user
    return found


def let_owners_join(team: Team) -> None:
    """Whoever runs this installation looks at the studio as its owner."""
    for user in User.objects.filter(is_superuser=True, is_active=True):
        Membership.objects.get_or_create(team=team, user=user, defaults={"role": Role.OWNER})


def remove_people() -> None:
    """Those that are in no other team."""
    for user in User.objects.filter(email__endswith=f"@{DOMAIN}", memberships=None):
        user.delete()
