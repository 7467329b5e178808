#!/usr/bin/env bash
# ffmpeg 9 verifies certificates by default. `-tls_verify 0` before the input turns that off for a plain
# https address, but not for what an HLS playlist names: the playlist is read, its segments are refused.
# SSL_CERT_FILE in the environment holds for both. Who downloads HLS from a host with a certificate of its own
# (a NAS, a camera, a company's proxy) has to trust the certificate; saying "do not verify" is not enough.
set -euo pipefail
work=$(mktemp -d)
server=
trap 'kill $server 2>/dev/null || true; rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check imageio-ffmpeg==0.8.1 trustme==1.2.1
python="$work/venv/bin/python"
ffmpeg=$("$python" -c 'import imageio_ffmpeg; print(imageio_ffmpeg.get_ffmpeg_exe())')
"$ffmpeg" -version | head -n 1

mkdir "$work/www" && cd "$work/www"
"$ffmpeg" -v error -f lavfi -i testsrc=s=160x90:d=2 -c:v libx264 -f hls -hls_time 1 -hls_list_size 0 list.m3u8
"$python" - "$work" <<'PYTHON' &
import http.server, pathlib, ssl, sys
import trustme
work = pathlib.Path(sys.argv[1])
authority = trustme.CA()
authority.cert_pem.write_to_path(work / "authority.pem")
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
authority.issue_cert("localhost").configure_cert(context)
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), http.server.SimpleHTTPRequestHandler)
server.socket = context.wrap_socket(server.socket, server_side=True)
(work / "port").write_text(str(server.server_port))
sys.stderr = open("/dev/null", "w")
server.serve_forever()
PYTHON
server=$!
while [ ! -s "$work/port" ]; do sleep 0.1; done
site="https://localhost:$(cat "$work/port")"

# What a download is called, its expected end (0 it works, else it fails), and the command's own words.
failures=0
try() {
    local name=$1 expected=$2 ended=0
    shift 2
    "$@" -y -c copy "$work/out.mp4" >"$work/said" 2>&1 || ended=$?
    printf '%-45s exit %s\n' "$name" "$ended"
    grep -m 2 -E 'verify failed|Error' "$work/said" | sed 's/^/    /' || true
    [ $((ended != 0)) = "$expected" ] || { echo "    that has changed"; failures=1; }
}
unset SSL_CERT_FILE
try "one segment, as it is" 1 "$ffmpeg" -v error -i "$site/list0.ts"
try "one segment, -tls_verify 0" 0 "$ffmpeg" -v error -tls_verify 0 -i "$site/list0.ts"
try "the playlist, -tls_verify 0" 1 "$ffmpeg" -v error -tls_verify 0 -i "$site/list.m3u8"
try "the playlist, SSL_CERT_FILE" 0 env SSL_CERT_FILE="$work/authority.pem" "$ffmpeg" -v error -i "$site/list.m3u8"
exit $failures
