#!/bin/sh
# yt-dlp's --ignore-no-formats-error ("Ignore 'No video formats' error", made to get metadata of what cannot be
# had) also takes away why it cannot be had: where an extractor could tell the metadata, its refusal "log in" or
# "not in your country" becomes a warning, without the advice by which programs know the two ("Use --cookies ...",
# "use a VPN or a proxy server"), the error that is left says "No video formats found!", and yt-dlp's own second
# try with an address of the right country (on by default, --xff) is not made.
# Here an extractor plug-in refuses as 23 calls in yt-dlp's own extractors do (`metadata_available=True`); each
# refusal is met without the option and with it.
# Exits 0 while that is so, 1 once the reason, the advice or the second try comes with the option too.
set -eu
YTDLP=2026.10.26
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check --no-deps "yt-dlp==$YTDLP" 2>/dev/null
mkdir -p "$work/plugins/site/yt_dlp_plugins/extractor"
cat > "$work/plugins/site/yt_dlp_plugins/extractor/site.py" <<'PY'
from yt_dlp.extractor.common import InfoExtractor


class RefusingIE(InfoExtractor):
    _VALID_URL = r"https://refusing\.invalid/(?P<id>login|country)"

    def _real_extract(self, url):
        how = self._match_id(url)
        if how == "login":
            self.raise_login_required(metadata_available=True)
        else:
            self.raise_geo_restricted(countries=["NZ"], metadata_available=True)
        return {"id": how, "title": f"Known by its {how}", "formats": []}
PY
"$work/venv/bin/yt-dlp" --version
held=0
for how in login country; do
    for option in --no-ignore-no-formats-error --ignore-no-formats-error; do
        code=0
        "$work/venv/bin/yt-dlp" --ignore-config --plugin-dirs "$work/plugins" --write-info-json \
            --paths "$work/$how$option" "$option" "https://refusing.invalid/$how" > "$work/out" 2>&1 || code=$?
        echo "== $how, $option: exit code $code"
        grep -E '^(ERROR|WARNING)|VPN' "$work/out" | cut -c1-150
        told=$(grep -cE 'Use --cookies|use a VPN|Retrying extraction with fake IP|^ERROR.*(registered users|location)' \
            "$work/out" || true)
        case $option in
        --ignore*) [ "$told" -eq 0 ] && grep -q '^ERROR: .*No video formats found!' "$work/out" || held=1 ;;
        *) [ "$told" -ge 1 ] || held=1 ;;
        esac
    done
done
exit "$held"
