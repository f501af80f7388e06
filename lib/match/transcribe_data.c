/* How names in Arabic and Cyrillic script are written in Latin: what each letter
 * becomes, learned by expectation maximisation from half of the pairs of names
 * that share/crm/SOURCES tells of. Made once, not by the build. */
#include "match/transcribe.h"

/* Costs are thirds of a nat as letters, A 0, Z 25 and more: of leaving the
 * letter out, of each of a to z; then pairs of letters with theirs. The first
 * row is of a Latin letter that stands for nothing. */
static const struct crm_transcript *
arabic(size_t *n)
{
	static const struct crm_transcript t[] = {
	{ 0, "Z", "SZZZQZZVVZZZZYXZZYSZWZZZZZ", "" },
	{ 0x621, "B", "ZZIZZZZZZZZZZZZZZZZZZZZZZZ", "" },
	{ 0x624, "Z", "GZZZZZZZZZZZZZZZZZZZCZZZZZ", "" },
	{ 0x626, "C", "ZZZZFZZZGZZZZZZZZZZZZZZZZZ", "" },
	{ 0x627, "H", "BZZZKZZWOZZZZZSZZZZZQZZZZZ", "" },
	{ 0x628, "T", "ZBZZZZZZXZZWZXZEZZUZZRZZZZ", "baLbeKpeN" },
	{ 0x629, "O", "BZZZIZZZZZZZZZZZZZZZZZZZZZ", "ahIehIyaMyeM" },
	{ 0x62a, "F", "ZZVZZZXZYZZZZZZZZZZBYZZZZZ", "teK" },
	{ 0x62b, "P", "ZZMZZZZZZZZZZZZZZZNPZZZZZL", "saMthA" },
	{ 0x62c, "R", "ZZLRZZCZZEZZZZZSZZXSZZZZZM", "chNdjNgeJguNjaKjeN" },
	{ 0x62d, "O", "MZZZOZZEZZZZZZQZZZZZZZZZZZ",
	    "ahGchNhaEheJhiMhoOhuJuhL" },
	{ 0x62e, "Z", "ZZZZZZLLZHPZPPZZZZZZZZZNZZ", "chGhaLikNkhCneN" },
	{ 0x62f, "P", "ZWZAZZZZVZXZWTZZZZZRZZZZZZ", "daOdeJ" },
	{ 0x630, "Z", "IZZEZZZZIZZZZZZZZZZZZZZZZZ", "dzIthDzaI" },
	{ 0x631, "R", "ZWZZZZZZZZZXZXZZZBVZZZZZWZ", "arMerHreM" },
	{ 0x632, "N", "SZUZZZZZZZZZZZZZZZFZZZURZB", "esLseMzeLzhNzuO" },
	{ 0x633, "P", "ZZKZWZZZZZZYZYYZZZBXYZZNZN", "ceNesOseN" },
	{ 0x634, "U", "ZZFZZZZZZZVZZZZVTZHZZZZPZZ", "chDshE" },
	{ 0x635, "Z", "ZZZZZZZZZZZZZZZZNZDZZZZZZZ",
	    "asGcaLesOglNhaNsaEseKsiKsuLtmNusK" },
	{ 0x636, "Z", "ZZZEZZZZKZZZZZZZZZZZZZZZZH", "adJdhDdiLedJezJidLthK" },
	{ 0x637, "O", "ZZZLZZZZZZZZZZZNZZNCZZZZZZ", "atJfeNotMtaEteJthLtiK" },
	{ 0x638, "J", "ZZZFZZZZZZZZZZZZZZZZZZZZZE", "azEuzH" },
	{ 0x639, "F", "BZZZKZZPMZZZZZKZZZZZLZZZOZ", "ehNuaM" },
	{ 0x63a, "R", "XZZZZZBSZUUZTZZZZZZZZZZZZZ", "geNghHguK" },
	{ 0x641, "S", "ZZZXZDZUZZZZZZZUZVZZZCJZZZ", "evOfaMphLveM" },
	{ 0x642, "L", "ZZKZZZGZZZFZZZZZGZZZZZZZZZ",
	    "acLagOakNekMgaMghMguJikNkaHkeLkiNkoNkuMqaKqiNquMukMuqL" },
	{ 0x643, "M", "ZZEZZZPZWZCYZZZZOZZYZZZRZZ", "chMckJkeNquN" },
	{ 0x644, "I", "ZZZZZZZZXZYBZZZZZZZZZZZZZZ", "elJleJ" },
	{ 0x645, "S", "ZZXXZZZZZZZZAZZWZZZZZZZZXZ", "amNmaLmeKmoM" },
	{ 0x646, "P", "ZZZZYZZZZZXZYAZZZWZZZZZZZZ", "anOenKinMneK" },
	{ 0x647, "K", "QUZZJZZBQZZZZZWZZRQNZZUXZZ", "ahNehOerMhaLheJhiO" },
	{ 0x648, "O", "UZZZVZZZVZZZZZCZZZXZEUJZYZ", "ouIowO" },
	{ 0x64a, "M", "PZZZEZZVCNZZZZWZZZZZRZZZHZ", "eyNieN" },
	{ 0x6a8, "Z", "ZZZZZZDZZZZZZZZZZZZZZZZZZZ", "" },
	};
	*n = sizeof(t) / sizeof(*t);
	return t;
}

static const struct crm_transcript *
cyrillic(size_t *n)
{
	static const struct crm_transcript t[] = {
	{ 0, "Z", "WZZZTZZUXZZZZZZZZZRWVZZZZZ", "" },
	{ 0x430, "K", "AZZZOZZWSZZZZZRZZZZZOZZZZZ", "" },
	{ 0x431, "T", "ZAZZZZZZZZZZZZZSZZZZZSZZZZ", "" },
	{ 0x432, "P", "ZQZVZPZZWZZZZVZZZZZZNBEZZX", "" },
	{ 0x433, "Q", "ZZTZZZAJZZSUZWZZZWZZZZZZZZ", "ghNguK" },
	{ 0x434, "F", "ZZZBZZXZZZZZZZZZZXZQZZZZZZ", "" },
	{ 0x435, "Q", "LZZZBZZZOZZZZZMZZZZZQZZZZZ", "ieOyoM" },
	{ 0x436, "K", "ZZKZZZFZZDZZZZZZZNZZZZZZZH", "geIgiKrzLzhIzsO" },
	{ 0x437, "N", "ZZZZZZZZSGZZZZZZZZFZZZZZZC", "esOseM" },
	{ 0x438, "N", "XZZZLZZZBWZZZZZZZZZZWZZZIZ", "eyOhiMieM" },
	{ 0x439, "E", "ZZZZTZZZDHZSZZQZZZRZUZZZFZ", "eiNusJ" },
	{ 0x43a, "M", "ZZFYZZUYZZBZVZZZPZZVZZZWZZ", "chNckKquN" },
	{ 0x43b, "S", "ZZZZXZZYZZZAVWYZZVZZZZZZZZ", "hlOleM" },
	{ 0x43c, "O", "ZXZZZWZZZZZZAQZZZXXZZZZZZZ", "" },
	{ 0x43d, "O", "ZZZZZZZZZZVYWAWZZVZYZZZZZZ", "neNngN" },
	{ 0x43e, "O", "NZZZXZZZXZZZZXAZZZZZUZZZZZ", "auN" },
	{ 0x43f, "R", "ZUUZZZZZZZZRZZZAZRZZUZZZZZ", "" },
	{ 0x440, "Q", "ZZZZZZZZZZYXZWZZZAZXZZZZZZ", "reO" },
	{ 0x441, "O", "ZWLVZZZZZZXZZUZZZZAZZZZNZM", "shK" },
	{ 0x442, "Q", "ZZYUZZVZZZUZZXZZZZSAZZZZZZ", "chJthJ" },
	{ 0x443, "N", "RZZZTZZZWZZZZWJZZXZZBZKZUZ", "ouH" },
	{ 0x444, "S", "ZTZZZAZZZZZZZZZZZZZTZMZZZZ", "phJthN" },
	{ 0x445, "N", "ZTUZZZMBZKTZZZVZZZTZZZZTZZ", "chGkhI" },
	{ 0x446, "J", "ZQEZZZZZZZZZZZZZNZMLZZZZZE", "tsEtzH" },
	{ 0x447, "L", "ZZDZZZQZTZZZZZZZTZZTZZZZZZ", "chDciKcsNczH" },
	{ 0x448, "O", "ZZZZZZZZZZZZZZZZZZEZZZZQZU", "chFrzOscHshEszI" },
	{ 0x449, "Z", "ZZZZZZZZZZIZZZZZZZZZZZZZZZ", "chDscEzcG" },
	{ 0x44a, "B", "ZZZZZZIZKNZZZZZZZZZZZZZZIZ", "enK" },
	{ 0x44b, "Z", "NZZZZZZZDZOZZZZZZZZZLZZZCZ", "ahLitN" },
	{ 0x44c, "B", "ZZZZMZZQHMZZZZZZZZZZZZZZNZ", "" },
	{ 0x44d, "P", "FZZZBZZZPZZZZZQZZZZZZZZZUZ", "heN" },
	{ 0x44e, "Z", "ZZZZZZZRRZZRZZSZZZZZCZZZKZ",
	    "ewMhuLiuJjuIueLuhNusNyoKyuF" },
	{ 0x44f, "I", "EZZZNZZZTZZZZZWZZZZZZZZZTZ", "eaOiaFjaGlaOyaD" },
	};
	*n = sizeof(t) / sizeof(*t);
	return t;
}

const struct crm_transcript *
crm_transcripts(enum crm_script script, size_t *n)
{
	*n = 0;
	return script == CRM_SCRIPT_ARABIC ? arabic(n) :
	    script == CRM_SCRIPT_CYRILLIC ? cyrillic(n) : NULL;
}
