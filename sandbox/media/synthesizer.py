"""espeak-ng through ctypes: text in, sound out. Only inside a media subprocess."""

from __future__ import annotations

import atexit
import ctypes
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

import espeakng_loader

NORMAL_WORDS_PER_MINUTE = 175
FASTEST_WORDS_PER_MINUTE = 450
# espeak keeps the folder of its data in a buffer of 160 bytes.
_LONGEST_DATA_PATH = 120
_SYNCHRONOUS = 2
_RATE = 1
_UTF8 = 1
_BY_CHARACTER = 1


class _VoiceEntry(ctypes.Structure):
    _fields_ = [
        ("name", ctypes.c_char_p),
        # One byte of priority, then a language, for each; a zero byte ends the list.
        ("languages", ctypes.POINTER(ctypes.c_ubyte)),
        ("identifier", ctypes.c_char_p),
        ("gender_age_variant_unused", ctypes.c_ubyte * 4),
        ("score", ctypes.c_int),
        ("spare", ctypes.c_void_p),
    ]


_Listener = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p
)


class Synthesizer:
    """One voice at a time; samples are mono, 16 bit, at `sample_rate`."""

    def __init__(self) -> None:
        self._library = ctypes.CDLL(espeakng_loader.get_library_path())
        self.sample_rate = int(
            self._library.espeak_Initialize(_SYNCHRONOUS, 0, _data_path().encode(), 0)
        )
        if self.sample_rate <= 0:
            raise RuntimeError("espeak-ng did not start")
        self._sound = bytearray()
        # Kept as an attribute: the library calls it after this method has returned.
        self._listener = _Listener(self._listen)
        self._library.espeak_SetSynthCallback(self._listener)

    def voices(self) -> dict[str, bytes]:
        """Identifiers of voices by the languages they speak."""
        list_voices = self._library.espeak_ListVoices
        list_voices.restype = ctypes.POINTER(ctypes.POINTER(_VoiceEntry))
        entries = list_voices(None)
        found: dict[str, bytes] = {}
        number = 0
        while entries[number]:
            entry = entries[number].contents
            for language in _languages(entry.languages):
                found.setdefault(language, entry.identifier)
            number += 1
        return found

    def choose(self, wanted: Sequence[str]) -> bool:
        """False when none of the wanted languages has a voice."""
        known = self.voices()
        for language in wanted:
            if language in known:
                # By identifier: the name alone misses voices whose file is called otherwise.
                return int(self._library.espeak_SetVoiceByName(known[language])) == 0
        return False

    def speak(self, text: str, words_per_minute: int = NORMAL_WORDS_PER_MINUTE) -> bytes:
        self._sound.clear()
        self._library.espeak_SetParameter(_RATE, words_per_minute, 0)
        data = text.encode() + b"\0"
        self._library.espeak_Synth(data, len(data), 0, _BY_CHARACTER, 0, _UTF8, None, None)
        self._library.espeak_Synchronize()
        return bytes(self._sound)

    def _listen(self, samples: ctypes._Pointer[ctypes.c_short], count: int, _events: int) -> int:
        if samples and count > 0:
            self._sound += ctypes.string_at(samples, count * 2)
        return 0


def _data_path() -> str:
    path = Path(espeakng_loader.get_data_path())
    if len(str(path)) <= _LONGEST_DATA_PATH:
        return str(path)
    shortcut = Path(tempfile.mkdtemp(prefix="voice-"))
    # espeak opens dictionaries as it needs them, so the link has to stay while we run.
    atexit.register(shutil.rmtree, shortcut, ignore_errors=True)
    link = shortcut / path.name
    link.symlink_to(path)
    return str(link)


def _languages(field: ctypes._Pointer[ctypes.c_ubyte]) -> list[str]:
    found = []
    position = 0
    while field[position]:
        position += 1
        letters = bytearray()
        while field[position]:
            letters.append(field[position])
            position += 1
        position += 1
        found.append(letters.decode())
    return found
