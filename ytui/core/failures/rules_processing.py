"""What goes wrong in a step after the download, which names its own trouble."""

from __future__ import annotations

from ytui.core.failures.classes import Advice as _A
from ytui.core.failures.classes import FailureClass as _C
from ytui.core.failures.rule import rule

# Asked before statuses and errnos: the cause behind such a step may be an HTTP status or a missing file.
PROCESSING_RULES = (
    rule(
        r"\bPhantomJS\b|\bplayer for JS challenge",
        "[iqiyi] x: PhantomJS not found, Please download PhantomJS from https://phantomjs.org/download.html",
        _C.JS_RUNTIME,
    ),
    rule(
        r"\[pot[:\]]",
        "[youtube] [pot:bgutil:http] Error reaching GET http://127.0.0.1:4416/ping",
        _C.EXTRACTOR_BROKEN,
        _A.NEEDS_USER,
    ),
    rule(
        r"\b(?:ffmpeg|ffprobe|avconv|avprobe)\b.{0,60}\b(?:not (?:found|installed|available)|"
        r"could (?:not )?be found|"
        r"is missing)|(?:Could not|Unable to|Can(?:no|'?)t) (?:find|run|locate|detect) (?:ffmpeg|ffprobe)|"
        r"(?:needs|requires) ffmpeg\b|"
        r"install ffmpeg \S|(?:No such file or directory|"
        r"cannot find the file specified).{0,9}'(?:\S*/)?ff(?:mpeg|probe)'|\bff(?:mpeg|probe) ENOENT|"
        r"copy of \S{1,20} is outdated",
        "Postprocessing: ffprobe and ffmpeg not found. Please install or provide the path using "
        "--ffmpeg-location",
        _C.FFMPEG_MISSING,
    ),
    rule(
        r"\"?(?:rtmpdump|mpv|mplayer)\"? could (?:not )?be run|RTMP download detected but",
        'RTMP download detected but "rtmpdump" could not be run. Please install',
        _C.FFMPEG_MISSING,
    ),
    rule(
        r"^ffmpeg-location .{0,300}does not exist|ffmpeg .{0,30}executable",
        "ffmpeg-location /opt/x does not exist! Continuing without ffmpeg",
        _C.FFMPEG_MISSING,
    ),
    rule(
        r"No space left|not enough (?:disk )?space|disk (?:is )?full|"
        r"(?<!507: )insufficient (?:storage|disk)|Espace (?:disque )?insuffisant|"
        r"espacio (?:suficiente )?en (?:el )?disco|(?:genügend|genug) Speicherplatz|磁盘空间|места на диске|"
        r"空き領域|(?:dis[ck] )?quota exceeded|\[WinError (?:39|112)\]",
        "Postprocessing: av_interleaved_write_frame(): No space left on device",
        _C.DISK_FULL,
    ),
    rule(
        r"pycrypto\w* (?:was )?not found|pycryptodome\w* is (?:not installed|missing|required|needed)|"
        r"^(?!.*(?:mutagen|xattr|secretstorage)).*\b(?:library|module|package)\b.{0,20}(?:not (?:available|"
        r"found|installed)|is missing).{0,3}\s*Please install|Please install .{1,60} via pip",
        "[ivi] x: pycryptodomex not found. Please install",
        _C.EXTRACTOR_BROKEN,
        _A.NEEDS_USER,
    ),
    rule(
        r"extended attributes?\b|xattrs?\b|expected durations mismatch|different streams/codecs|"
        r"Concatenation is not supported|Unknown encoder|Encoder .{0,40}not found|encoder selection failed|"
        r"selecting an encoder|(?:mutagen|AtomicParsley)\b.{0,60}(?:not found|install)|post hooks?:|"
        r"Command returned error code|Unrecognized option|could not determine image type|unsupported codec|"
        r"incompatible image type|(?:skipping|support|thumbnail) embedding|embedding a|"
        r"can(?:not)? be (?:properly )?embedded(?= in |$)|Supported filetypes for|\bPNG (?:file|data)|"
        r"codec not currently supported",
        "Postprocessing: This filesystem doesn't support extended attributes. You need to use NTFS",
        _C.POSTPROCESS_FAILED,
        _A.NEEDS_USER,
    ),
    rule(
        r"^(?:Post-?processing: |Error opening (?:input|output)).*(?:Permission denied|"
        r"Operation not permitted|"
        r"Read-only file system)",
        "Postprocessing: Error opening input files: Permission denied",
        _C.PERMISSION,
    ),
    rule(
        r"^Post-?processing: (?!.*\[(?:Errno|WinError) )|\b(?:audio conversion|conversion to \w+|"
        r"merging) failed|"
        r"ffprobe returned empty|"
        r"Unable to determine video duration|\bConversion failed\b|Error opening (?:input|output)|"
        r"ffmpeg exited with code|Aborting concatenation|Unable to (?:embed|communicate with \S+ API)|"
        r"file codec with ffprobe|\bfftools/|Unable to choose an output format|Subtitle encoding currently|"
        r"^ff(?:mpeg|probe): |exit program \d|Output file (?:#\d+ )?does not contain any stream|"
        r"update utime of",
        "Postprocessing: Conversion failed!",
        _C.POSTPROCESS_FAILED,
    ),
    rule(
        r"Invalid data found when processing input|moov atom not found|Could not write header|"
        r"Preprocessing:",
        "Error opening input: Invalid data found when processing input",
        _C.POSTPROCESS_FAILED,
    ),
    rule(
        r"(?:curl|wget|aria2c|axel|httpie|rtmpdump|mplayer|mpv) exited with code|Could not connect to RTMP "
        r"server",
        "aria2c exited with code 2",
        _C.NETWORK_CONNECTION,
        _A.RETRY_BACKOFF,
    ),
)
