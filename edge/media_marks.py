"""By which first bytes a file may be a video or a sound: the formats that are probed later.

A first look, so that nobody sends ten gigabytes of something else. What passes is looked into by
the worker; what does not pass (pictures, playlists, texts, archives) could never.
"""

from __future__ import annotations

# So much of a file is looked at: recordings of broadcasts begin in the middle of a packet, MXF
# with a run-in of up to 64 KiB.
HEAD_BYTES = 128 * 1024
TS_PACKETS = ((188, 0), (192, 4), (204, 0))  # length, where in it the sync byte stands
TS_SYNC = 0x47
TS_IN_A_ROW = 5
MXF_MARK = bytes.fromhex("060e2b34020501010d0102")
MXF_RUN_IN = 65536
EBML = b"\x1aE\xdf\xa3"
ASF = bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c")
# The first box of MP4 and QuickTime; old cameras begin with the pictures themselves.
BOXES = frozenset((b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"pnot", b"styp", b"uuid"))
# Brands of MP4's relatives that hold still pictures.
PICTURE_BRANDS = frozenset((b"heic", b"heix", b"mif1", b"msf1", b"avif", b"avis", b"jpx ", b"crx "))
STARTS = (
    EBML,
    ASF,
    b"FLV\x01",
    b"OggS",
    b"fLaC",
    b"ID3",
    b"\x00\x00\x01\xba",  # MPEG program stream
    b"\x00\x00\x01\xb3",  # MPEG video by itself
    b"ADIF",
)
RIFF_KINDS = (b"AVI ", b"WAVE", b"AMV ")


def may_be_media(head: bytes) -> bool:
    """`head`: the first HEAD_BYTES of the file, or all of it where it is shorter."""
    return (
        head.startswith(STARTS)
        or _is_riff(head)
        or _is_aiff(head)
        or _has_boxes(head)
        or _is_sound_frame(head)
        or MXF_MARK in head[: MXF_RUN_IN + 16]
        or _is_transport_stream(head)
    )


def _is_riff(head: bytes) -> bool:
    return head[:4] in (b"RIFF", b"RF64", b"RIFX", b"BW64") and head[8:12] in RIFF_KINDS


def _is_aiff(head: bytes) -> bool:
    return head[:4] == b"FORM" and head[8:12] in (b"AIFF", b"AIFC")


def _has_boxes(head: bytes) -> bool:
    length = int.from_bytes(head[:4], "big")
    is_box = head[4:8] in BOXES and (length in (0, 1) or length >= 8)
    return is_box and not (head[4:8] == b"ftyp" and head[8:12] in PICTURE_BRANDS)


def _is_sound_frame(head: bytes) -> bool:
    """MP3 and AAC without a header: a sync word, and fields that hold no forbidden value."""
    if len(head) < 4 or head[0] != 0xFF:
        return False
    if head[1] & 0xF6 == 0xF0:  # ADTS: layer 0
        return (head[2] >> 2) & 0xF < 13
    has_layer = head[1] & 0xE0 == 0xE0 and head[1] & 0x18 != 0x08 and head[1] & 0x06 != 0
    return has_layer and head[2] >> 4 not in (0, 15) and head[2] & 0x0C != 0x0C


def _is_transport_stream(head: bytes) -> bool:
    """Sync bytes at equal distances, wherever they begin."""
    for length, at in TS_PACKETS:
        for start in range(min(length, len(head))):
            places = range(start + at, len(head), length)[:TS_IN_A_ROW]
            if len(places) == TS_IN_A_ROW and all(head[place] == TS_SYNC for place in places):
                return True
    return False
