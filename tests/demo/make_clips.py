"""Make the clips of ``ytui/demo/media`` anew: ``python -m tests.demo.make_clips`` (ffmpeg with libx264).

The results are part of the package, because whoever runs the demo may have no ffmpeg. Each clip is eight
seconds of a test picture and a tone, small enough that the whole set stays below three megabytes:

=====================  =======================================================
``360p.mp4`` …         video only, 360, 720 and 1080 lines, H.264
``audio.m4a``          audio only, AAC
``480p.mp4``           progressive: picture and sound in one file
``hls/*.m3u8 *.ts``    two variants of three segments and their master playlist
``poster.jpg``         the thumbnail
=====================  =======================================================
"""

from __future__ import annotations

import subprocess
from pathlib import Path

from ytui.demo.clips import MEDIA

SECONDS = 8
CLIPS = {
    "blocks": ("testsrc2=rate=15", 220),
    "fractal": ("mandelbrot=rate=15:start_scale=1.4:end_scale=0.6:maxiter=400", 330),
    "waves": ("gradients=rate=15:speed=0.02:nb_colors=5:seed=7", 262),
}
UPRIGHT = {"upright": ("testsrc2=rate=15", 294)}
QUALITIES = {360: "56k", 720: "130k", 1080: "250k"}
EXACT = ["-fflags", "+bitexact", "-flags:v", "+bitexact", "-flags:a", "+bitexact", "-map_metadata", "-1"]
AUDIO = ["-c:a", "aac", "-b:a", "48k", "-ac", "1"]


def ffmpeg(*arguments: str) -> None:
    """Runs ffmpeg quietly; raises ``CalledProcessError`` when it fails."""
    subprocess.run(["ffmpeg", "-v", "error", "-y", *arguments], check=True)


def picture(source: str, size: str) -> list[str]:
    """Input arguments for a test picture of ``size`` (``WIDTHxHEIGHT``)."""
    return ["-f", "lavfi", "-t", str(SECONDS), "-i", f"{source}:size={size}"]


def tone(frequency: int) -> list[str]:
    """Input arguments for a tone of ``frequency`` hertz with a soft beat."""
    return [
        "-f",
        "lavfi",
        "-t",
        str(SECONDS),
        "-i",
        f"sine=frequency={frequency}:beep_factor=2:sample_rate=44100",
    ]


def video_codec(rate: str) -> list[str]:
    """Output arguments for H.264 at an average ``rate``, with a key frame every two seconds."""
    x264 = ["-c:v", "libx264", "-preset", "slow", "-pix_fmt", "yuv420p", "-g", "30", "-threads", "1"]
    return [*x264, "-b:v", rate, "-maxrate", rate, "-bufsize", rate]


def make_split(folder: Path, source: str, frequency: int) -> None:
    """Separate video in every quality, and the audio that belongs to it."""
    for height, rate in QUALITIES.items():
        size = f"{height * 16 // 9}x{height}"
        target = str(folder / f"{height}p.mp4")
        ffmpeg(*picture(source, size), *video_codec(rate), *EXACT, "-movflags", "+faststart", target)
    ffmpeg(*tone(frequency), *AUDIO, *EXACT, "-movflags", "+faststart", str(folder / "audio.m4a"))


def make_progressive(target: Path, source: str, frequency: int, size: str) -> None:
    """One file with picture and sound."""
    inputs = [*picture(source, size), *tone(frequency)]
    ffmpeg(*inputs, *video_codec("130k"), *AUDIO, *EXACT, "-movflags", "+faststart", str(target))


def make_hls(folder: Path) -> None:
    """Two HLS variants of three segments, remuxed from the separate streams, and a master playlist."""
    hls = folder / "hls"
    hls.mkdir(exist_ok=True)
    master = ["#EXTM3U"]
    for height, bandwidth in ((360, 130_000), (720, 210_000)):
        inputs = ["-i", str(folder / f"{height}p.mp4"), "-i", str(folder / "audio.m4a")]
        segments = ["-f", "hls", "-hls_time", "3", "-hls_list_size", "0", "-hls_playlist_type", "vod"]
        names = ["-hls_segment_filename", str(hls / f"{height}p-%d.ts")]
        ffmpeg(*inputs, "-c", "copy", *EXACT, *segments, *names, str(hls / f"{height}p.m3u8"))
        size = f"{height * 16 // 9}x{height}"
        codecs = "avc1.64001f,mp4a.40.2"
        master.append(
            f'#EXT-X-STREAM-INF:BANDWIDTH={bandwidth},RESOLUTION={size},CODECS="{codecs}",FRAME-RATE=15'
        )
        master.append(f"{height}p.m3u8")
    (hls / "master.m3u8").write_text("\n".join(master) + "\n", encoding="ascii")


def make_poster(video: Path) -> None:
    """A still from the middle of ``video``, 320 pixels wide."""
    still = ["-frames:v", "1", "-vf", "scale=320:-2", "-q:v", "6", *EXACT]
    ffmpeg("-ss", str(SECONDS // 2), "-i", str(video), *still, str(video.parent / "poster.jpg"))


def main() -> None:
    """Makes every clip."""
    for name, (source, frequency) in (CLIPS | UPRIGHT).items():
        folder = MEDIA / name
        folder.mkdir(exist_ok=True)
        size = "480x854" if name in UPRIGHT else "854x480"
        make_progressive(folder / "480p.mp4", source, frequency, size)
        make_poster(folder / "480p.mp4")
        if name in CLIPS:
            make_split(folder, source, frequency)
            make_hls(folder)


if __name__ == "__main__":
    main()
