"""Titles as a large library has them: few words everywhere, many words seldom, several scripts."""

from __future__ import annotations

COMMON = ("Episode", "Interview", "Trailer", "Lesson")
SYLLABLES = (
    *("ba", "lor", "mi", "ten", "qua", "ris", "vel", "dun", "so", "hak", "pe", "lin", "gro"),
    *("zu", "fen", "ta", "bri", "com", "no", "wex", "jal", "ki", "os", "und", "er"),
)
OTHER_SCRIPTS = (
    *("漁港の朝", "駅前食堂", "海と山", "北村的早晨", "面条", "山道", "서울", "한강", "시장"),
    *("море", "рынок", "утро в порту", "сказка", "سوق", "الميناء", "موسيقى", "गाँव", "बारिश"),
    *("नदी", "שוק", "הדייג", "αγορά", "θάλασσα", "பள்ளி", "ทะเล", "ตลาด"),
)
MIDDLINGS = 400
# Each rare word stands in so many titles.
RARE_TITLES = 7


def word_of(number: int, *, syllables: int) -> str:
    """Different for each number below 25 to the power of `syllables`."""
    parts = []
    for _ in range(syllables):
        number, place = divmod(number, len(SYLLABLES))
        parts.append(SYLLABLES[place])
    return "".join(parts)


def rare_word(video: int) -> str:
    """Five syllables: no middling word has so many."""
    return word_of(video // RARE_TITLES, syllables=5)


def middling_word(number: int) -> str:
    return word_of(number % MIDDLINGS, syllables=3)


def title_of(video: int) -> str:
    # Large steps, so that neighbours have little in common.
    first, second = middling_word(video * 7919), middling_word(video * 104_729 + 13)
    words = [COMMON[video % 4], str(video), first, second, rare_word(video)]
    if video % 5 == 0:
        words.append(OTHER_SCRIPTS[video // 5 % len(OTHER_SCRIPTS)])
    return " ".join(words)
