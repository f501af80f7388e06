/* How names in Arabic and Cyrillic script are written in Latin: what each letter
 * becomes, learned by expectation maximisation from half of the pairs of names
 * that share/crm/SOURCES tells of. Made once, not by the build; letters of other
 * languages than Arabic and Russian, and what is usual beside English, added by
 * hand. */
#include "match/transcribe.h"

static const struct crm_transcript arabic_rows[] = {
	{ "", "", "ZLZZZLZZMVZZZZNXZZYSZNZZZNZ" },
	{ "ء", "", "BZZIZZZZZZZZZZZZZZZZZZZZZZZ" },
	{ "ؤ", "", "ZGZZZZZZZZZZZZZZZZZZZCZZZZZ" },
	{ "ئ", "", "CZZZZFZZZGZZZZZZZZZZZZZZZZZ" },
	{ "ا", "", "HBZZZKZZWOZZZZZSZZZZZQZZZZZ" },
	{ "ب", "baL beK peN", "TZBZZZZZZXZZWZXZEZZUZZRZZZZ" },
	{ "ة", "ahI ehI yaM yeM", "OBZZZIZZZZZZZZZZZZZZZZZZZZZ" },
	{ "ت", "teK", "FZZVZZZXZYZZZZZZZZZZBYZZZZZ" },
	{ "ث", "saM thA", "PZZMZZZZZZZZZZZZZZZNPZZZZZL" },
	{ "ج", "chN djN geJ guN jaK jeN", "RZZLRZZCZZEZZZZZSZZXSZZZZZM" },
	{ "ح", "ahG chN haE heJ hiM hoO huJ uhL",
	    "OMZZZOZZEZZZZZZQZZZZZZZZZZZ" },
	{ "خ", "chG haL ikN khC neN", "ZZZZZZZLLZHPZPPZZZZZZZZZNZZ" },
	{ "د", "daO deJ", "PZWZAZZZZVZXZWTZZZZZRZZZZZZ" },
	{ "ذ", "dzI thD zaI", "ZIZZEZZZZIZZZZZZZZZZZZZZZZZ" },
	{ "ر", "arM erH reM", "RZWZZZZZZZZZXZXZZZBVZZZZZWZ" },
	{ "ز", "esL seM zeL zhN zuO", "NSZUZZZZZZZZZZZZZZZFZZZURZB" },
	{ "س", "ceN esO seN", "PZZKZWZZZZZZYZYYZZZBXYZZNZN" },
	{ "ش", "chD shE", "UZZFZZZZZZZVZZZZVTZHZZZZPZZ" },
	{ "ص", "asG caL esO glN haN saE seK siK suL tmN usK",
	    "ZZZZZZZZZZZZZZZZZNZDZZZZZZZ" },
	{ "ض", "adJ dhD diL edJ ezJ idL thK", "ZZZZEZZZZKZZZZZZZZZZZZZZZZH" },
	{ "ط", "atJ feN otM taE teJ thL tiK", "OZZZLZZZZZZZZZZZNZZNCZZZZZZ" },
	{ "ظ", "azE uzH", "JZZZFZZZZZZZZZZZZZZZZZZZZZE" },
	{ "ع", "ehN uaM", "FBZZZKZZPMZZZZZKZZZZZLZZZOZ" },
	{ "غ", "geN ghH guK", "RXZZZZZBSZUUZTZZZZZZZZZZZZZ" },
	{ "ف", "evO faM phL veM", "SZZZXZDZUZZZZZZZUZVZZZCJZZZ" },
	{ "ق", "acL agO akN ekM gaM ghM guJ ikN kaH keL kiN koN kuM qaK"
	    " qiN quM ukM uqL",
	    "LZZKZZZGZZZFZZZZZGZZZZZZZZZ" },
	{ "ك", "chM ckJ keN quN", "MZZEZZZPZWZCYZZZZOZZYZZZRZZ" },
	{ "ل", "elJ leJ", "IZZZZZZZZXZYBZZZZZZZZZZZZZZ" },
	{ "م", "amN maL meK moM", "SZZXXZZZZZZZZAZZWZZZZZZZZXZ" },
	{ "ن", "anO enK inM neK", "PZZZZYZZZZZXZYAZZZWZZZZZZZZ" },
	{ "ه", "ahN ehO erM haL heJ hiO", "KQUZZJZZBQZZZZZWZZRQNZZUXZZ" },
	{ "و", "ouI owO", "OUZZZVZZZVZZZZZCZZZXZEUJZYZ" },
	{ "ي", "eyN ieN", "MIZZZEZZVCNZZZZWZZZZZRZZZHZ" },
	{ "ڨ", "", "ZZZZZZZDZZZZZZZZZZZZZZZZZZZ" },
	{ "پ", "pA fH bH", NULL },
	{ "چ", "chA tchC tschE cE sJ", NULL },
	{ "ژ", "zhA jB zE", NULL },
	{ "گ", "gA ghE guF", NULL },
	{ "ٹ", "tA thE", NULL },
	{ "ڈ", "dA dhE", NULL },
	{ "ڑ", "rA dC", NULL },
};

static struct crm_transcripts
arabic(void)
{
	return (struct crm_transcripts){ arabic_rows,
	    CRM_LEN(arabic_rows), 35 };
}

static const struct crm_transcript cyrillic_rows[] = {
	{ "", "", "ZWZZZTZZUXZZZZZZZZZRWVZZZZZ" },
	{ "а", "", "KAZZZOZZWSZZZZZRZZZZZOZZZZZ" },
	{ "б", "", "TZAZZZZZZZZZZZZZSZZZZZSZZZZ" },
	{ "в", "", "PZQZVZPZZWZZZZVZZZZZZNBEZZX" },
	{ "г", "ghJ guK", "QZZTZZZAJZZSUZWZZZWZZZZZZZZ" },
	{ "д", "", "FZZZBZZXZZZZZZZZZZXZQZZZZZZ" },
	{ "е", "ieO jeH yeF yoM", "QLZZZBZZZOZZZZZMZZZZZQZZZZZ" },
	{ "ж", "djG dschL geI giK rzL schK zhI zsO",
	    "KZZKZZZFZZDZZZZZZZNZZZZZZZH" },
	{ "з", "esO seM", "NZZZZZZZZSGZZZZZZZZFZZZZZZC" },
	{ "и", "eeF eyO hiM ieM", "NXZZZLZZZBWZZZZZZZZZZWZZZFZ" },
	{ "й", "eiN usJ", "EZZZZTZZZDEZSZZQZZZRZUZZZFZ" },
	{ "к", "chN ckK quN", "MZZFYZZUYZZBZVZZZPZZVZZZWZZ" },
	{ "л", "hlO leM", "SZZZZXZZYZZZAVWYZZVZZZZZZZZ" },
	{ "м", "", "OZXZZZWZZZZZZAQZZZXXZZZZZZZ" },
	{ "н", "neN ngN", "OZZZZZZZZZZVYWAWZZVZYZZZZZZ" },
	{ "о", "auN", "ONZZZXZZZXZZZZXAZZZZZUZZZZZ" },
	{ "п", "", "RZUUZZZZZZZZRZZZAZRZZUZZZZZ" },
	{ "р", "reO", "QZZZZZZZZZZYXZWZZZAZXZZZZZZ" },
	{ "с", "shK ssG", "OZWLVZZZZZZXZZUZZZZAZZZZNZM" },
	{ "т", "chJ thJ", "QZZYUZZVZZZUZZXZZZZSAZZZZZZ" },
	{ "у", "ouH", "NRZZZTZZZWZZZZWIZZXZZBZKZUZ" },
	{ "ф", "phJ thN", "SZTZZZAZZZZZZZZZZZZZTZMZZZZ" },
	{ "х", "chG khI", "NZTUZZZMBZKTZZZVZZZTZZZZTZZ" },
	{ "ц", "czI tsE tzF", "JZQEZZZZZZZZZZZZZNZMLZZZZZE" },
	{ "ч", "chD ciK csN czH tchE tschF", "LZZDZZZQZTZZZZZZZTZZTZZZZZZ" },
	{ "ш", "chF rzO scH schE shE szI", "OZZZZZZZZZZZZZZZZZZEZZZZQZU" },
	{ "щ", "chD chtF chtchD scE schC schtE schtschE shchA shtE stG"
	    " stschF zcG",
	    "ZZZZZZZZZZZIZZZZZZZZZZZZZZZ" },
	{ "ъ", "enK", "BDZZZZZIZKNZZZZZZZZZZEZZZFZ" },
	{ "ы", "ahL itN", "ZNZZZZZZZDZOZZZZZZZZZLZZZCZ" },
	{ "ь", "", "BZZZZMZZQHMZZZZZZZZZZZZZZKZ" },
	{ "э", "aeK heN", "PFZZZBZZZPZZZZZQZZZZZZZZZUZ" },
	{ "ю", "ewM huL iouI iuG juE ueL uhN usN yoK yuC",
	    "ZZZZZZZZRRZZRZZSZZZZZCZZZKZ" },
	{ "я", "eaO iaF jaF laO yaC", "IEZZZNZZZTZZZZZWZZZZZZZZZTZ" },
	{ "є", "yeA eA ieA jeB iC", NULL },
	{ "ї", "yiA iA jiB yC iiA", NULL },
	{ "ґ", "gA hD", NULL },
	{ "ђ", "djA dA djA djB dzhD dC gjC", NULL },
	{ "ј", "jA yA iB", NULL },
	{ "љ", "ljA lyB liC lC", NULL },
	{ "њ", "njA nyB niC nC gnE", NULL },
	{ "ћ", "cA chA tchC cjC tiE", NULL },
	{ "џ", "dzA dzhA djB jC dgD dzsD", NULL },
	{ "ў", "uA wA vB", NULL },
	{ "ѓ", "gjA gB djB", NULL },
	{ "ќ", "kjA kA cB", NULL },
	{ "ѕ", "dzA zB", NULL },
	{ "ә", "aA eB ieD", NULL },
	{ "ғ", "ghA gA", NULL },
	{ "қ", "qA kA", NULL },
	{ "ң", "ngA nB", NULL },
	{ "ө", "oA uC", NULL },
	{ "ұ", "uA", NULL },
	{ "ү", "uA iuD", NULL },
	{ "һ", "hA", NULL },
	{ "лј", "ljA", NULL },
	{ "^е", "eA yeA ieB jeB", NULL },
};

static struct crm_transcripts
cyrillic(void)
{
	return (struct crm_transcripts){ cyrillic_rows,
	    CRM_LEN(cyrillic_rows), 35 };
}

struct crm_transcripts
crm_transcripts_learned(enum crm_script script)
{
	return script == CRM_SCRIPT_ARABIC ? arabic() :
	    script == CRM_SCRIPT_CYRILLIC ? cyrillic() :
	    (struct crm_transcripts){ NULL, 0, 0 };
}
