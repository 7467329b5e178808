"""Words of the transports: sockets, TLS, proxies, curl, urllib3, and the file system."""

from __future__ import annotations

from ytui.core.failures.classes import Advice as _A
from ytui.core.failures.classes import FailureClass as _C
from ytui.core.failures.rule import rule

WIRE_RULES = (
    rule(
        r"\(caused by ProxyError|Unable to connect to proxy|Cannot connect to proxy|"
        r"Tunnel connection failed|CONNECT tunnel failed|Could not resolve proxy|"
        r"proxy (?:authentication|handshake|(?:server )?(?:refused|rejected))|Proxy CONNECT\b|\bERR_(?:PROXY|"
        r"TUNNEL)_",
        "Unable to download webpage: ('Unable to connect to proxy', OSError('Tunnel connection "
        "failed: 403 Forbidden')) (caused by ProxyError('x'))",
        _C.NETWORK_PROXY,
    ),
    rule(
        r"\bcurl: \((?:5|97)\)|SOCKS ?[45]\w*[ :]|SOCKS (?:server|prox)|SOCKS(?:HTTPS?)?Connection\w*\(|"
        r"Socks\dError|GeneralProxyError|offered authentication methods were rejected|"
        r"connection not allowed by ruleset",
        "Unable to download webpage: Failed to perform, curl: (97) cannot complete SOCKS5 connection to x.",
        _C.NETWORK_PROXY,
    ),
    rule(
        r"curl: \(3\)|URL rejected|InvalidURL|No host (?:part|given|supplied)|nonnumeric port|"
        r"Failed to parse: |Invalid IPv6 URL|URL using bad/illegal format|label (?:empty or )?too long|"
        r"URL can't contain control characters",
        "[generic] http:: Unable to download webpage: Failed to perform, curl: (3) URL rejected: No "
        "host part in the URL.",
        _C.INVALID_URL,
    ),
    rule(
        r"curl: \(1\)(?! (?:Received HTTP|Unsupported HTTP))|Protocol .{1,30}(?:not supported|disabled)",
        'Failed to perform, curl: (1) Protocol "foo" not supported',
        _C.INVALID_URL,
    ),
    rule(
        r"curl: \(6\)|(?:Could not|Couldn't|Cannot|Unable to) resolve host|Failed to resolve (?:'|host)|"
        r"\bgetaddrinfo\b|"
        r"host ?name could not be resolved|Name or service not known|Temporary failure in name resolution|"
        r"nodename nor servname|"
        r"No address associated with hostname|NameResolutionError|Name does not resolve|\bgaierror\b|"
        r"Errno -[2-5]\]|Errno 1100[1-4]\]|WinError 1100[1-4]\]|no such host\b|\bERR_NAME_",
        "[youtube] x: Unable to download API page: [Errno -3] Temporary failure in name resolution "
        "(caused by TransportError('x'))",
        _C.NETWORK_DNS,
    ),
    rule(
        r"(?:Recv|Send) failure: (?!.{0,40}timed out)",
        "[kick:live] x: Unable to download JSON metadata: Failed to perform, curl: (35) Recv failure: "
        "Connection reset by peer.",
        _C.NETWORK_CONNECTION,
    ),
    rule(
        r"UNEXPECTED_EOF|EOF occurred in violation|decryption failed or bad record mac|BAD_RECORD_MAC|"
        r"ConnectionResetError.{0,80}SSL|SSL_ERROR_SYSCALL|SSLEOFError|SSLZeroReturnError|"
        r"TLS/SSL connection has been closed|\bTLS connection was|^\[tls @|\bSSL EOF|\bSSL.{0,40}unexpected "
        r"eof",
        "Unable to download webpage: EOF occurred in violation of protocol (_ssl.c:1007) (caused by "
        "SSLError('x'))",
        _C.NETWORK_TLS,
        _A.RETRY_SOON,
    ),
    rule(
        r"context deadline exceeded|\bERR_(?:CONNECTION_)?TIMED_OUT|handshake operation timed out|"
        r"curl: \(28\)|\bTimeout was reached|Operation timed out|"
        r"Connection timed out|Resolving timed out",
        "Unable to download webpage: _ssl.c:1006: The handshake operation timed out",
        _C.NETWORK_TIMEOUT,
    ),
    rule(
        r"\bx509: |SSLHandshakeException|CertPathValidator|\(caused by (?:SSLError|CertificateVerifyError)|"
        r"certificate verif|CERTIFICATE_VERIFY|"
        r"self.signed certificate|peer certificate|SSLError|SSLCert|TLS handshake|\bSSLV3_|\[SSL[:\]]|SSL: |"
        r"TLSV1_ALERT|HANDSHAKE_FAILURE|\bERR_(?:TLS|SSL|CERT)_|verify the (?:\w+ )?certificate|"
        r"LEGACY_RENEGOTIATION|WRONG_VERSION_NUMBER|SSL routines:|"
        r"TLS connect error|SSL connect error|hostname .{0,200}doesn't match|certificate has expired|"
        r"unable to get local issuer|curl: \((?:35|51|53|54|58|59|60|64|66|77|80|82|83|90|91|98)\)",
        "Unable to download webpage: [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: "
        "certificate has expired (_ssl.c:1006) (caused by CertificateVerifyError('x'))",
        _C.NETWORK_TLS,
    ),
    rule(
        r"curl: \(7\).{0,300}over proxy|Failed to connect to .{0,200}over proxy",
        "Failed to perform, curl: (7) Failed to connect to localhost:8766 over proxy 127.0.0.1 after "
        "0 ms: Could not connect to server.",
        _C.NETWORK_CONNECTION,
        _A.NEEDS_USER,
    ),
    rule(
        r"(?:read|connect(?:ion)?|write|operation|request|socket|handshake)\w* (?:has )?timed? ?out\b|"
        r"ReadTimeout|ConnectTimeout|\btimed out\b(?!.{0,40}(?:log|sign) in)|\[Errno (?:60|110)\]|"
        r"Errno 10060\]|WinError (?:10060|121)\]|timeout: The|TimeoutError|semaphore timeout",
        "[generic] hang: Unable to download webpage: timed out (caused by TransportError('timed out'))",
        _C.NETWORK_TIMEOUT,
    ),
    rule(
        r"\bERR_(?:INTERNET_DISCONNECTED|ADDRESS_UNREACHABLE|CONNECTION_REFUSED)|"
        r"connection appears to be offline|"
        r"Connection to \S{1,200} refused|Connection refused|actively refused|\[(?:Errno|WinError) (?:61|111|"
        r"10061)\]|curl: \(7\)|"
        r"Couldn't connect to server|Could not connect to server|Cannot connect to host|Connect call failed|"
        r"No route to host|"
        r"(?:Network|Host) (?:is )?unreachable|Network is down|unreachable (?:network|host)|"
        r"\[(?:Errno|WinError) (?:99|100|101|112|113|10050|10051|10065)\]|curl: \(45\)|"
        r"Cannot assign requested address|addresses available for connect|"
        r"Failed to establish a new connection(?!: \[WinError 1005)",
        "[generic] v: Unable to download webpage: [Errno 111] Connection refused (caused by "
        "TransportError('x'))",
        _C.NETWORK_CONNECTION,
        _A.RETRY_BACKOFF,
    ),
    rule(
        r"\bERR_CONNECTION_|Connection reset|forcibly closed|Connection aborted|RemoteDisconnected|"
        r"Remote end closed|"
        r"Connection broken|Connection closed|connection was (?:closed|aborted|reset)|"
        r"established connection was aborted|Broken pipe|IncompleteRead|bytes read\b|more expected\b|"
        r"content too short|^Downloaded \d+ bytes, expected|Got error: Downloaded \d+ bytes|ContentTooShort|"
        r"BadStatusLine|ChunkedEncodingError|ProtocolError|InvalidChunkLength|Server disconnected|"
        r"ConnectionResetError|Software caused connection abort|"
        r"\[Errno (?:32|54|103|104|108|10053|10054|10058)\]|\[WinError (?:64|10053|10054|10058)\]|"
        r"\bfetch failed\b|peer reset the connection|Connection to .{1,60} was (?:lost|closed|reset)|"
        r"curl: \((?:8|16|18|52|55|56|81|84|"
        r"87|88|92|95|96)\)|Connection lost|EOFError|unexpected EOF|"
        r"no close frame|A network error has occurred|but failed to decode it|Received HTTP/0\.9|"
        r"Unsupported HTTP version|Transferred a partial file|ends prematurely|Disconnected at middle",
        "[generic] close: Unable to download webpage: ('Connection aborted.', "
        "RemoteDisconnected('Remote end closed connection without response'))",
        _C.NETWORK_CONNECTION,
    ),
)

FILE_RULES = (
    rule(
        r"look like a Netscape format|must be Netscape formatted|invalid Netscape format|"
        r"(?:failed|unable) to load cookies|cookies? database|Cannot extract cookies|cookie decryption|"
        r"Cannot decrypt v1\d cookies|failed to decrypt|DPAPI|containers\.json|secretstorage|keyring|"
        r"NetworkWallet|kwallet|Safe Storage|pars(?:e|ing) .{0,20}cookies?\b|find-generic-password|"
        r"local state\b|cookie version|^invalid (?:length|expires at) \d|Invalid syntax in Cookie Header|"
        r"^\[Errno 21\] Is a directory|cookies? file .{0,300}(?:not found|does not exist|(?:is )?(?:empty|"
        r"invalid|malformed))|cookies? .{0,40}could not be decrypted|skipping cookie file entry|"
        r"\bdatabase (?:is locked|disk image is malformed)|^sqlite3\.",
        "'/srv/media/ck.txt' does not look like a Netscape format cookies file",
        _C.COOKIES_INVALID,
    ),
    rule(
        r"\[Errno (?:2|13|30)\] [^:]{1,80}: .{0,300}cookie|"
        r"(?:Failed to|Unable to|Could not|Cannot) (?:find|read|load|copy|open|"
        r"access) (?:\w+ ){0,3}cookies\b",
        "[Errno 2] No such file or directory: '/srv/cookies.txt'",
        _C.COOKIES_INVALID,
    ),
    rule(
        r"\[Errno (?:28|69|122)\]|No space left|quota exceeded|(?:not enough|out of) (?:free |disk )?space",
        "unable to write data: [Errno 28] No space left on device",
        _C.DISK_FULL,
    ),
    rule(
        r"\[Errno (?:22|36|63|84|91|92|20)\]|\[WinError (?:3|123|161|206|267)\]|(?:file ?name|"
        r"path) (?:is )?too long|"
        r"Invalid or incomplete multibyte|Illegal byte sequence|UnicodeEncodeError|codec can't encode|"
        r"syntax is incorrect|surrogates not allowed|embedded null (?:byte|character)|"
        r"unusual and will be skipped for safety",
        "Unable to create directory: [Errno 36] File name too long: '/srv/media/x'",
        _C.FILENAME,
    ),
    rule(
        r"\[WinError (?:32|33|1224)\]|used by another process|\[Errno (?:11|16|26)\]|"
        r"Device or resource busy|Text file busy|Resource temporarily unavailable",
        "Unable to rename file: [WinError 32] The process cannot access the file because it is being "
        "used by another process",
        _C.PERMISSION,
        _A.RETRY_SOON,
    ),
    rule(
        r"\[Errno (?:1|5|6|13|17|19|21|27|30|39|107|116)\]|\[WinError (?:5|19|65)\]|Permission denied|"
        r"Access is denied(?! \(possibly)|Read-only file system|Operation not permitted|"
        r"PermissionError|UnauthorizedAccessException|not writable\b|Input/output error|Stale file handle|"
        r"Transport endpoint is not connected|"
        r"Not a directory",
        "Unable to download video: [Errno 13] Permission denied: '/srv/media/rootdir/v.mp4.ytdl'",
        _C.PERMISSION,
    ),
    rule(
        r"^Postprocessing: .{0,40}\[(?:Errno|WinError) 2\]",
        "Postprocessing: [Errno 2] No such file or directory: 'a.webp'",
        _C.POSTPROCESS_FAILED,
    ),
    rule(
        r": command not found\b|not recogni[sz]ed as an internal or external command|outfile does not exist",
        "bash: yt-dlp: command not found",
        _C.UNKNOWN,
    ),
    rule(
        r"\[(?:Errno|WinError) 2\]|(?:open for writing|create directory|rename file).{0,20}No such file",
        "unable to open for writing: [Errno 2] No such file or directory: 'a/b.mp4.part'",
        _C.FILENAME,
    ),
    rule(
        r"Cannot write (?:internet shortcut|.{1,40}file)|"
        r"Unable to (?:create directory|open for writing|write data)|"
        r"(?:Unable to|Cannot|Could not|Failed to) (?:rename|delete|move|copy|remove|lock|write|"
        r"replace) (?:\w+ )?(?:file|current version|old version)\b|locking file failed|(?:Unable to|Cannot|"
        r"Could not|Failed to) write to\b|no write permissions?\b|"
        r"try running as (?:administrator|root)",
        "Cannot write video description file /srv/x.description",
        _C.PERMISSION,
    ),
)
