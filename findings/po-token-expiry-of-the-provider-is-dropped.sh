#!/bin/sh
# The PO token server of bgutil answers with "expiresAt", and its yt-dlp plug-in 2.0.2 drops it: yt-dlp keeps
# the token for six hours whatever the server said. One long process (or a shared token cache) goes on using
# a token that its maker calls expired, and asks for no new one.
# Here a server gives tokens that end after two seconds; yt-dlp's own token framework asks it once, and five
# seconds later answers from its cache with the same token.
# Exits 0 while that is so, 1 once the plug-in passes the expiry on.
set -eu
YTDLP=2026.10.26
PLUGIN=2.0.2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check --no-deps \
    "yt-dlp==$YTDLP" "bgutil-ytdlp-pot-provider==$PLUGIN" 2>/dev/null
cat > "$work/ask.py" <<'PY'
import base64
import datetime as dt
import json
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import yt_dlp
from yt_dlp.extractor.youtube import YoutubeIE
from yt_dlp.extractor.youtube.pot._director import initialize_pot_director
from yt_dlp.extractor.youtube.pot.provider import PoTokenContext, PoTokenRequest

made = []


class Server(BaseHTTPRequestHandler):
    def answer(self, body):
        data = json.dumps(body).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def do_GET(self):
        self.answer({"server_uptime": 1, "version": sys.argv[1]})

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        ends = dt.datetime.now(dt.timezone.utc) + dt.timedelta(seconds=2)
        made.append(ends)
        token = base64.urlsafe_b64encode(f"token number {len(made)}".encode()).decode()
        self.answer({"poToken": token, "contentBinding": "x", "expiresAt": ends.isoformat()})

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Server)
threading.Thread(target=server.serve_forever, daemon=True).start()
url = f"http://127.0.0.1:{server.server_port}"
wanted = PoTokenRequest(
    context=PoTokenContext.GVS,
    innertube_context={"client": {"clientName": "WEB", "remoteHost": "192.0.2.1"}},
    internal_client_name="web",
    visitor_data="CgtBQUFBQUFBQUFBQQ==",
    video_webpage="window.ytAtR = '{\"bgChallenge\": {}}';",
)
params = {"quiet": True, "no_warnings": True, "extractor_args": {"youtubepot-bgutilhttp": {"base_url": [url]}}}
with yt_dlp.YoutubeDL(params) as ydl:
    director = initialize_pot_director(YoutubeIE(ydl))
    first = director.get_po_token(wanted)
    time.sleep(5)
    second = director.get_po_token(wanted)
late = (dt.datetime.now(dt.timezone.utc) - made[0]).total_seconds()
print(f"yt-dlp {yt_dlp.version.__version__}, plug-in {sys.argv[1]}")
print(f"first:  {base64.urlsafe_b64decode(first).decode()}, expiresAt in 2 s")
print(f"second: {base64.urlsafe_b64decode(second).decode()}, {late:.0f} s after it expired; asked {len(made)} time(s)")
sys.exit(0 if first == second and len(made) == 1 else 1)
PY
"$work/venv/bin/python" "$work/ask.py" "$PLUGIN"
