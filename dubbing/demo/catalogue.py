"""What the studio works on: its projects, with the titles of their videos."""

from __future__ import annotations

from dataclasses import dataclass

# From the most wanted on: a project with n languages takes the first n that are not its own.
LANGUAGES = (
    *("en-US", "de-DE", "fr-FR", "es-ES", "pt-BR", "ja-JP", "sv-SE", "da-DK", "nb-NO", "fi-FI"),
    *("it-IT", "nl-NL", "pl-PL", "tr-TR", "ko-KR", "es-MX", "ar-AE", "hi-IN", "id-ID", "cs-CZ"),
    *("uk-UA", "zh-CN", "vi-VN", "ro-RO", "hu-HU", "el-GR", "pt-PT", "bg-BG", "ta-IN", "fil-PH"),
)


@dataclass(frozen=True)
class Series:
    """One project. `begins` and `ends`: days before today between which its videos were given."""

    name: str
    locale: str
    languages: int
    begins: int
    ends: int
    minutes: tuple[int, int]
    tags: tuple[str, ...]
    pattern: str
    subjects: tuple[str, ...]
    lips_model: str = ""


SERIES = (
    Series(
        "Harbour Lives", "en-US", 10, 360, 150, (22, 28), ("documentary", "season 1"),
        "Harbour Lives {n}: {subject}",
        ("First boats out", "The net menders", "Anna’s ledger", "Fog on the pier", "Ice season",
         "The auction at six", "Two brothers, one trawler", "A captain retires", "Storm watch",
         "The lighthouse keeper", "What the gulls know", "Salt and diesel", "School of knots"),
    ),
    Series(
        "Kochen mit Greta", "de-DE", 6, 330, 20, (9, 14), ("food", "weekly"),
        "Kochen mit Greta, Folge {n}: {subject}",
        ("Königsberger Klopse", "Flammkuchen ohne Ofen", "Brot über Nacht", "Grünkohl, aber leicht",
         "Spätzle von Hand", "Omas Apfelmus", "Suppe für acht Euro", "Maultaschen", "Rote Grütze",
         "Kartoffelsalat: der Streit", "Bärlauch im März", "Plätzchen im August"),
    ),
    Series(
        "Safety Onboarding 2026", "en-US", 30, 70, 4, (4, 8), ("training", "legal deadline"),
        "Safety {n:02}: {subject}",
        ("Welcome to the site", "Lifting without harm", "Lock-out, tag-out", "Fire doors",
         "Working at height", "Chemical labels", "Forklift zones", "Hearing protection",
         "When to stop work", "Reporting a near miss", "First aid basics", "Night shifts"),
        lips_model="fast",
    ),
    Series(
        "Historias del Sur", "es-MX", 8, 300, 60, (31, 44), ("documentary", "festival"),
        "Historias del Sur {n}: {subject}",
        ("La maestra de Oaxaca", "El último tren", "Café de altura", "Los músicos de Xalapa",
         "Agua para el desierto", "La imprenta", "Barro negro", "Una carta a mi hermano",
         "Mercado de noche", "Las abejas de Yucatán", "El taller de máscaras"),
    ),
    Series(
        "駅前食堂", "ja-JP", 8, 240, 10, (12, 16), ("food", "youtube"),
        "駅前食堂 第{n}話「{subject}」",
        ("春のたけのこ", "朝五時の豆腐屋", "カレーうどん戦争", "最終電車のあと",
         "おばあちゃんの梅干し", "雨の日のおでん", "焼き魚定食", "新米の季節",
         "弁当箱の秘密", "屋台の夜", "夏祭り"),
    ),
    Series(
        "أصوات المدينة", "ar-AE", 6, 200, 15, (18, 24), ("podcast", "film"),
        "أصوات المدينة {n}: {subject}",
        ("سوق الفجر", "بائع الكتب", "مترو المساء", "خياط الحي", "طيور على السطح", "موسيقى الشارع",
         "مقهى الميناء", "حديقة في الطابق العشرين", "سائق التاكسي", "رسائل قديمة"),
    ),
    Series(
        "Physics in Five", "en-US", 18, 150, 2, (5, 6), ("education", "youtube"),
        "Physics in Five #{n}: {subject}",
        ("Why is the sky blue?", "Friction, finally", "The coffee ring", "What is heat?",
         "Waves in a bathtub", "Gravity without apples", "Mirrors lie", "How a fridge cools",
         "Inside a thunderclap", "Bicycles stay up", "Magnets and memory", "Relativity, slowly"),
        lips_model="fast",
    ),
    Series(
        "गाँव का विज्ञान", "hi-IN", 6, 180, 8, (8, 12), ("education", "public grant"),
        "गाँव का विज्ञान {n}: {subject}",
        ("बारिश कहाँ से आती है", "मिट्टी की जाँच", "सौर चूल्हा", "बीज का सफ़र", "कुएँ का पानी",
         "हवा से बिजली", "मधुमक्खी पालन", "खाद घर पर", "चाँद और ज्वार", "दूध से दही"),
    ),
    Series(
        "Town Hall", "en-US", 12, 365, 1, (41, 58), ("internal", "confidential"),
        "Town Hall {n}: {subject}",
        ("Results and thanks", "The new plant", "Questions from Lisbon", "Roadmap", "Benefits",
         "Security week", "Meet the board", "Hybrid work, revisited", "Customer stories"),
    ),
    Series(
        "Petites mécaniques", "fr-FR", 8, 120, 3, (6, 9), ("kids", "broadcast"),
        "Petites mécaniques {n} : {subject}",
        ("La boîte à musique", "Un pont en papier", "L’horloge d’Émile", "Le moulin du grand-père",
         "La grue", "Vélo, où vas-tu ?", "Le tiroir secret", "La poulie et l’âne", "L’écluse"),
    ),
    Series(
        "서울 산책", "ko-KR", 8, 90, 2, (14, 19), ("travel", "youtube"),
        "서울 산책 {n}화: {subject}",
        ("북촌의 아침", "한강 자전거", "을지로 골목", "남산의 가을", "시장 국수", "비 오는 덕수궁",
         "지하철 2호선", "작은 책방", "한옥 카페", "야경"),
    ),
    Series(
        "סיפורי שוק", "he-IL", 6, 60, 1, (16, 21), ("documentary",),
        "סיפורי שוק {n}: {subject}",
        ("הדייג", "תבלינים", "בוקר במחנה יהודה", "המאפייה של סבתא", "שלושה דורות", "גשם ראשון",
         "האיש עם העגלה", "חלבה", "יום שישי"),
    ),
)  # fmt: skip

REASONS = (
    "She says “pier” in the picture, the dub says “bridge”.",
    "The voice is too young for the captain. Please take the darker one.",
    "Lips drift after the cut; the last two sentences come half a second late.",
    "Numbers are read in English: 14:30 must be “half past two”.",
    "The brand name is translated. It stays as it is.",
    "Too formal. The whole series says “du”.",
    "Music is louder than the voice here.",
    "The joke is lost. Suggestion stands in the note.",
)
NOTES = (
    "Listen to this twice: is that the right name?",
    "Breath before the sentence is missing.",
    "Better: shorter, the mouth closes early.",
    "The laugh belongs to the guest, not to the host.",
    "Pronounced wrongly, stress is on the second syllable.",
    "Very good here, keep it like that.",
    "Subtitle says five, voice says fifteen.",
    "Could we have a pause after the question?",
)
REPLIES = (
    "You are right, changed in the studio.",
    "Asked the client, they want it as it is.",
    "Done. Please listen once more.",
    "Will be in the next version.",
)
