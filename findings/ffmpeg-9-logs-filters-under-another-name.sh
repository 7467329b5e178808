#!/usr/bin/env bash
# What filters find out (silencedetect, blackdetect) ffmpeg tells in its log alone, and scripts read it there by
# the name in brackets. Up to version 7 that is the filter's: [silencedetect @ …]. Version 9 writes
# [Parsed_silencedetect_0 @ …], so who looks for the old one finds nothing, and takes it for "no silence".
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

failures=0
try() {
    local release=$1 expected=$2 ffmpeg printed
    python3 -m venv "$work/$release"
    "$work/$release/bin/pip" install -q --disable-pip-version-check "imageio-ffmpeg==$release" setuptools
    ffmpeg=$("$work/$release/bin/python" -c 'import imageio_ffmpeg; print(imageio_ffmpeg.get_ffmpeg_exe())')
    "$ffmpeg" -version | head -n 1
    printed=$("$ffmpeg" -hide_banner -nostdin -nostats -f lavfi -i anullsrc=d=4 -af silencedetect=duration=2 \
        -f null - 2>&1 | grep silence_start)
    echo "    $printed"
    [[ $printed == "[$expected @ "* ]] || { echo "    that has changed"; failures=1; }
}
try 0.6.0 silencedetect
try 0.8.1 Parsed_silencedetect_0
exit $failures
