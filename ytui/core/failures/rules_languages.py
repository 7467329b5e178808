"""The same reasons in the other languages that sites give them in, by the words that carry them.

YouTube answers in the language it is asked for (``--extractor-args youtube:lang``), other sites in their
own; whole sentences would be endless, the words that give the reason away are few.
"""

from __future__ import annotations

from ytui.core.failures.classes import FailureClass as _C
from ytui.core.failures.rule import rule

LANGUAGE_RULES = (
    rule(
        r"\b(?:kein|pas un|eres un|sei un|geen|(?:inte|ikke) en) (?:ro)?bot|\bbot (?:olmad|ではない)|"
        r"\b(?:robôs?|robotem|"
        r"botem)\b|\bробот(?:ом|а)?\b|ロボット|"
        r"로봇이 아|봇이 아|机器人|機器人|验证码|驗證碼|人机|"
        r"被拦截|风控|滑块|安全验证|캡차|капч|код с картинки|ungewöhnliche[rn]? (?:Datenverkehr|Aktivität)|"
        r"tráfico inusual|trafic (?:inhabituel|exceptionnel)",
        "[youtube] x: Войдите в аккаунт, чтобы подтвердить, что вы не робот",
        _C.BOT_CHECK,
    ),
    rule(
        r"频繁|頻繁|連続アクセス|リクエストが(?:多|集中)|요청이 너무|너무 많은 요청|过快|слишком (?:часто|"
        r"много)|"
        r"zu viele (?:An|Zu)\w+|"
        r"trop de (?:requêtes|demandes|tentatives)|demasiad[ao]s (?:solicitudes|peticiones|intentos)|"
        r"muitas (?:solicitações|tentativas|requisições)|troppe richieste|te veel (?:verzoeken|aanvragen)|"
        r"zbyt wiele (?:żądań|prób)|çok fazla istek",
        "[niconico] sm1: アクセスが制限されています。リクエストが多すぎます",
        _C.RATE_LIMITED,
    ),
    rule(
        r"\b(?:konto|kanal)\w* .{0,60}(?:gekündigt|gesperrt|geschlossen)|"
        r"\b(?:compte|chaîne)\b.{0,60}(?:résiliée?|clôturée?|suspendue?|supprimée?)|"
        r"\b(?:cuenta|canal)\b.{0,60}(?:cancelad[ao]|suspendid[ao]|eliminad[ao])|"
        r"\b(?:conta|canal)\b.{0,60}(?:encerrad[ao]|suspens[ao]|rescindid[ao])|"
        r"\b(?:account|canale)\b.{0,60}(?:chiuso|sospeso)|(?:аккаунт|канал)\w*.{0,60}(?:удал[её]н|"
        r"заблокирован)|"
        r"アカウント.{0,20}(?:停止|解約|凍結)|계정.{0,20}(?:해지|정지)|(?:账号|帳號|账户|帳戶).{0,20}(?:封|"
        r"终止|終止|停用|注销)",
        "[youtube] x: Dieses Video ist nicht mehr verfügbar, weil das mit diesem Video verknüpfte "
        "YouTube-Konto gekündigt wurde.",
        _C.TERMINATED,
    ),
    rule(
        r"Urheberrecht|droits? d'auteur|derechos de autor|direitos autorais|diritti d'autore|copyrightclaim|"
        r"auteursrecht|prawa? autorski|telif hakkı|авторск\w+ прав|правообладател|著作権|저작권|版权|版權",
        "[youtube] x: Dieses Video ist aufgrund einer Urheberrechtsbeschwerde von Sony nicht mehr verfügbar",
        _C.COPYRIGHT,
    ),
    rule(
        r"地区|地域|地區|お住まいの国|国では|국가|지역|регион|стран[аеы]|\bpays\b|(?:deinem|Ihrem|"
        r"diesem) (?:Land|Gebiet)|"
        r"\b(?:tu|su|este) país|(?:tuo|suo|questo) paese|(?:seu|este) país|\b(?:jouw|je|dit) land\b|"
        r"(?:ditt|dit) land\b|\bkraju\b|ülkende|utenfor (?-i:[A-Z])|utanför (?-i:[A-Z])|uden for (?-i:[A-Z])|"
        r"außerhalb (?:von |der )?(?-i:[A-Z])|(?:nur|ausschließlich) (?:innerhalb|in) (?-i:[A-Z])|"
        r"géo.?(?:bloqu|restr)|géographique|"
        r"\b(?:solo|seulement|uniquement|sólo|apenas|alleen|endast|kun) (?:disponi\w+ )?(?:in |en |em |i |"
        r"desde |dall')"
        r"(?-i:[A-Z])|geogr[aá]fic\w+",
        "[youtube] x: お住まいの国では、この動画は公開されていません",
        _C.GEO_BLOCKED,
    ),
    rule(
        r"年齢|年龄|年齡|成人|연령|나이|возраст|\bdein\w* Alter\b|Alters(?:beschr|prüf|verif|freigabe)|"
        r"votre âge|"
        r"(?:limite|restriction) d'âge|(?:tu|su) edad|restricción de edad|(?:tua|sua) et[àa]\b|sua idade|"
        r"restrição de idade|\bleeftijd|\bwieku?\b|yaşını|jugendschutz|ab (?:16|18) Jahren",
        "[youtube] x: Melde dich an, um dein Alter zu bestätigen",
        _C.AGE_RESTRICTED,
    ),
    rule(
        r"メンバー|회원 전용|멤버십|频道会员|頻道會員|Kanalmitglied|Werde Mitglied|Mitglied dieses|"
        r"membre de (?:cette|la) chaîne|"
        r"Devenez membre|miembros? de(?:l| este) canal|Hazte miembro|membros? d(?:o|este) canal|Seja membro|"
        r"Abbonati a(?:l| questo) canale|спонсор(?:ов|ом|ы)?\b|Word lid van",
        "[youtube] x: Werde Mitglied dieses Kanals, um Zugriff auf exklusive Inhalte wie dieses Video zu "
        "erhalten",
        _C.MEMBERS_ONLY,
    ),
    rule(
        r"大会员|会员|會員|付费|付費|购买|購買|プレミアム|有料|유료|подписк|\bAbonn(?:ement|enten|ent)\b|"
        r"kostenpflichtig|\bpayante?\b|"
        r"\babonnés?\b|suscripción|suscriptores|\bassinantes?\b|assinatura|\babbonamento|a pagamento",
        "[BiliBili] x: 该视频需要付费观看",
        _C.PREMIUM_REQUIRED,
    ),
    rule(
        r"私密|仅自己|自己可见|非公開|비공개|"
        r"приватн|закрыт\w* доступ|\bprivée?\b|\bprivad[oa]\b|\bprivat(?:e[srn]|"
        r"[oa])?\b|\bprywatn|\bprivé\b|"
        r"\bözel\b|私人(?:视频|影片)",
        "[youtube] x: Privates Video",
        _C.PRIVATE,
    ),
    rule(
        r"尚未开始|尚未開始|まだ開始|開始前|開演前|配信予定|公開予定|プレミア公開|(?:前|分|時間|日)後に|예정|(?:beginnt|"
        r"startet) (?:in|am|um)\b|"
        r"Premiere (?:in|am)\b|Première (?:dans|le)\b|commence(?:ra)? (?:dans|le|à)\b|"
        r"(?:empezará|comenzará|se estrenará?|estreno) (?:en|el|dentro)\b|"
        r"(?:começará|começa|estreia|estreará) (?:em|às|daqui)\b|(?:inizierà|inizia|première) (?:tra|fra|"
        r"il)\b|"
        r"begint over\b|Премьера (?:через|состоится)|начн[её]тся|Rozpocznie się|başlayacak",
        "[youtube] x: Dieses Live-Event beginnt in 2 Tagen.",
        _C.UPCOMING,
    ),
    rule(
        r"审核|エンコード中|обрабатыва|wird (?:noch |gerade )?(?:verarbeitet|bearbeitet)|"
        r"en cours de traitement|"
        r"(?:está|estamos) procesando|sendo processad|처리 중|处理中|處理中",
        "[youtube] x: Dieses Video wird gerade verarbeitet",
        _C.LIVE_PROCESSING,
    ),
    rule(
        r"未开播|未開播|配信していません|오프라인|nicht live\b|hors ligne|n'est pas en direct|"
        r"no está en (?:vivo|directo)|"
        r"não está ao vivo|не в эфире",
        "[huya:live] x: 主播未开播",
        _C.NOT_LIVE,
    ),
    rule(
        r"删除|刪除|下架|失效|削除|삭제|удал[её]н|supprimée?|gelöscht|entfernt\b|eliminad[oa]|retirad[oa]\b|"
        r"removid[oa]|rimoss[oa]|"
        r"verwijderd|usunięt|kaldırıldı|不可见|下線|已过期",
        "[youtube] x: Dieses Video wurde vom Uploader entfernt",
        _C.REMOVED,
    ),
    rule(
        r"不存在|木有|見つかりません|存在しません|찾을 수 없|не найден|не существует|introuvable|"
        r"n'existe (?:pas|plus)|nicht gefunden|"
        r"existiert nicht|no encontrad|no existe|não encontrad|não existe|non trovat|niet gevonden|"
        r"nie (?:znaleziono|istnieje)|bulunamadı",
        "[douyin] x: 作品不存在",
        _C.NOT_FOUND,
    ),
    rule(
        r"不可用|不可观看|无法(?:浏览|观看|播放)|無法(?:觀看|播放|使用)|недоступн|niedostępn|indisponible|"
        r"n'est (?:pas|"
        r"plus) disponible|"
        r"nicht (?:mehr )?(?:verfügbar|abrufbar)|no (?:está )?disponible|indisponível|"
        r"não (?:está )?disponível|"
        r"non (?:è )?disponibile|niet beschikbaar|kullanılamıyor|利用できません|再生できません|재생할 수 없|"
        r"이용할 수 없|"
        r"inte tillgänglig|ikke tilgjengelig",
        "[youtube] x: Cette vidéo n'est pas disponible",
        _C.UNAVAILABLE,
    ),
    rule(
        r"登录|登錄|登入|ログイン|로그인|авториз|войдите|connecte[rz]|anmelden|melde dich an|"
        r"inicia(?:r)? sesi|(?:faça|fazer) login|"
        r"accedi\b|zaloguj|giriş yap|inloggen",
        "[xinpianchang] x: 请先登录",
        _C.LOGIN_REQUIRED,
    ),
    rule(
        r"服务器|伺服器|サーバー|アクセスが集中|ошибка сервера|Server(?:fehler|störung)|"
        r"erreur (?:du )?serveur|error del servidor|"
        r"稍后(?:再试|重试)|請稍後",
        "[acfun] x: 服务器开小差了，请稍后再试",
        _C.SERVER_ERROR,
    ),
    rule(
        r"(?:获取|解析|提取).{0,12}失败",
        "[bilibili] x: 获取视频信息失败。",
        _C.EXTRACTOR_BROKEN,
    ),
)
"""In the order of what misleads least, as in the stems."""
