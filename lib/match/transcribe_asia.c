/* How names in kana, Hangul, the scripts of India and Thai are written in Latin;
 * by hand. transcribe.h tells how to read a row, crm_transcribe_units what
 * stands in its first column. */
#include "match/transcribe.h"

/* Japanese names by Hepburn, Kunrei and as people write them; foreign ones,
 * whose consonants stand with a vowel of their own. */
static const struct crm_transcript kana_rows[] = {
	{ "", "eG hG rG gJ lI tJ cJ dK nK sK wK yJ iJ", NULL },
	{ "$", "eC sE tE hE rG dG xH nJ", NULL },
	{ "a", "aA uE oF arD erE eI eaH", NULL },
	{ "a-", "aA arA erA ahC urC aerC orE uA irD earE eC", NULL },
	{ "a-$", "erA arA aA orB ahB urC reC eurC eB irD uaH", NULL },
	{ "ai", "aiA iC yC eiB ayB ieE ighE aeC uyF", NULL },
	{ "au", "auA owA ouB aoC ohF", NULL }, { "ae", "aeA eaC", NULL },
	{ "i", "iA yB eC ieE eaE A jH", NULL },
	{ "i-", "iA eA eaB ieA yB eyC eiC", NULL },
	{ "i-$", "yA iA ieA eyA eB eighG", NULL },
	{ "ia", "iaA yaB earC eaC jaC erB iahC yerF", NULL },
	{ "u", "uA A oC ouC wE eF yF ueF", NULL },
	{ "u-", "uA oA ouB owE ewC uhE wE ueC", NULL },
	{ "ua", "uaA urC orC wA waB", NULL },
	{ "e", "eA aC aiC ayE iF aeE", NULL },
	{ "e-", "eA aA ayC aiB ehC eiC aeC eheD", NULL },
	{ "ei", "eiA aA aiA ayA eyB eighE eB aeE iG", NULL },
	{ "ea", "eaA airB areB aireC eahC ayaE", NULL },
	{ "o", "oA auD aC uE A owE ohF", NULL },
	{ "o-", "oA ohB oaB auB awC orB owB ouB eauC aC alE oeC arF "
	    "aughE", NULL },
	{ "ou", "oA ouA ohB owB oaC", NULL },
	{ "oi", "oiA oyA euC eiE", NULL },
	{ "uo", "woA oA waB uoB whoG", NULL },
	{ "k", "kA cA chD ckB qC hG ghG", NULL }, { "ky", "kyA kA cA", NULL },
	{ "qto", "tA dtB toA dC thD", NULL },
	{ "shu", "shA shuA schA syuA sC szC chC", NULL },
	{ "jo-", "joA geoA joeB jorA georB zyoA jawC", NULL },
	{ "kwi", "quiA kwiA cuiB", NULL }, { "kwe", "queA kweA", NULL },
	{ "kwa", "quaA kwaA gwaE", NULL }, { "kwo", "quoA kwoA", NULL },
	{ "kui", "kuiA quiA kwiB", NULL }, { "kue", "queA kweB kueA", NULL },
	{ "kuo", "quoA kwoB", NULL }, { "kua", "quaA kwaA", NULL },
	{ "kuwa", "quaA kuwaA kwaA", NULL },
	{ "kus", "xA ksA kusA cusB cksC xsD", NULL },
	{ "kis", "kisA xD", NULL }, { "g", "gA ghC guF", NULL },
	{ "gy", "gyA gA", NULL }, { "s", "sA cC thD zF scF psH", NULL },
	{ "sh", "shA sB chC schB ciD siB sciE sjE szD tiE cE syB", NULL },

	{ "j", "jA zB gB diD zhC dgC dE dyE sG gyD geD giD zyB jyB", NULL },
	{ "ji", "jiA ziA giB geC gyC diD gB dzC dgeC", NULL },

	{ "z", "zA sB thD tsD dzD", NULL },
	{ "zu", "zuA duC zA sB", NULL }, { "t", "tA thB tsH", NULL },
	{ "ch", "chA tB tyB cC tiC tschB tchB tsC czC tjE ciC", NULL },
	{ "ts", "tsA zB tzB tA cD", NULL },
	{ "qts", "zA tzA tsA czC", NULL },
	{ "qch", "chA cA tchA tcA ciB cyC tyB tC", NULL },
	{ "d", "dA dhC zI", NULL }, { "dyu", "duA dyuA deuC djuC", NULL },
	{ "n", "nA mC gnE ngD", NULL },
	{ "nb", "mbA nbA", NULL }, { "nm", "nmA mA", NULL },
	{ "np", "mpA npA", NULL }, { "ngu", "ngA nguA", NULL },
	{ "ny", "nyA gnB niA nB", NULL },
	{ "h", "hA gE jE chC khD xF A whE", NULL },
	{ "f", "fA hC phB vF wF", NULL },
	{ "fu", "fuA huA fA phB vE whoF hC", NULL },
	{ "v", "vA wB bF fE", NULL }, { "b", "bA vA wG", NULL },
	{ "p", "pA", NULL }, { "m", "mA", NULL }, { "mu", "muA mA", NULL },
	{ "y", "yA iB jB lF eG A", NULL }, { "r", "rA lA rhE wrE", NULL },
	{ "ry", "ryA lyB liA riB luC", NULL },
	{ "w", "wA vB uC oE ouD", NULL },
	{ "wa", "waA oiC vaB oisE uaC wE", NULL }, { "q", "A tD cE", NULL },
	{ "-", "A rB hB eD uE", NULL }, { "^e", "eA aC heE yeE", NULL },
	{ "^o", "oA auD hoF", NULL }, { "^u", "uA wB huE", NULL },
	{ "makku", "makA mcA macA", NULL }, { "maku", "makuA mcA macA", NULL },
	{ "maq", "maA mcA macA", NULL },
};

static struct crm_transcripts
kana(void)
{
	return (struct crm_transcripts){ kana_rows,
	    CRM_LEN(kana_rows), 68 };
}

/* The official way, McCune and Reischauer's, and how people spell theirs;
 * and foreign names. */
static const struct crm_transcript hangul_rows[] = {
	{ "", "eG hG rF gJ lI tJ cJ dK nK sK wK yJ iJ", NULL },
	{ "$", "eC sF hE tG rG", NULL }, { "ㄱ", "gA kA ghE cE", NULL },
	{ "ㄲ", "kA gB", NULL }, { "ㄴ", "nA", NULL },
	{ "^ㄴ", "nA rD lF", NULL }, { "ㄷ", "dA tB dhE", NULL },
	{ "ㄸ", "dA tA", NULL }, { "ㄹ", "rA lA", NULL },
	{ "^ㄹ", "rA lA nE A", NULL }, { ".ㄹㄹ", "lA rB", NULL },
	{ "ㅁ", "mA", NULL }, { "ㅂ", "bA pB vB wE", NULL },
	{ "ㅃ", "bA pA", NULL }, { "ㅅ", "sA thD cC zE shC", NULL },
	{ "ㅅㅣ", "siA shiA sheA cyD syC ciC", NULL },
	{ "ㅅㅡ", "sA seuB suC thB ceC xE zC", NULL },
	{ "ㅅㅕ", "sherA shoA syeoA schuB sheoA cherB shuA scherA", NULL },
	{ "ㅅㅠ", "shuA schC syuC", NULL }, { "ㅅㅖ", "sheA cheC", NULL },
	{ "ㅅㅛ", "shoA", NULL }, { "ㅅㅑ", "shaA chaB", NULL },
	{ "ㅆ", "sA", NULL }, { "ㅈ", "jA chB zB gB cF tsF djF sE", NULL },
	{ "ㅈㅣ", "jiA geA giB chiB gyC zB jeA dgeC", NULL },
	{ "ㅉ", "jA zC tchE", NULL },
	{ "ㅊ", "chA tschB cB tsC jE czC ciC zD", NULL },
	{ "ㅊㅡ", "tsA zA tzA chB cC", NULL }, { "ㅋ", "kA cA chC qC ckC", NULL },
	{ "ㅌ", "tA thB", NULL }, { "ㅍ", "pA fA phA vF", NULL },
	{ "ㅎ", "hA A chD fF wG jD gE", NULL },
	{ "ㅎㅡ", "hA chB ghA gB heuA", NULL },
	{ "ㅏ", "aA ahC oE uF arE", NULL },
	{ "ㅏㅣ", "aiA iB eiB yB ieD eyC ayC", NULL },
	{ "ㅏㅜ", "auA owA aoC", NULL }, { "ㅐ", "aeA aB aiB eB ayD", NULL },
	{ "ㅑ", "yaA iaA jaC", NULL }, { "ㅒ", "yaeA", NULL },
	{ "ㅓ", "eoA uA oA ouE erB aC eC urB orC ohE arE", NULL },
	{ "ㅓ$", "eoA uhA uA oA erA urB aC orB ohC owG", NULL },
	{ "ㅔ", "eA aB ayB aiC eiC aeC", NULL },
	{ "ㅔㅣ", "aA ayA eyA eiA aiA eC", NULL },
	{ "ㅕ", "yeoA yuB youA yoA ieoE yE uE eoD", NULL },
	{ "ㅖ", "yeA yaC eC jeD", NULL },
	{ "ㅗ", "oA ohC auC owC oaC aE awD ouD orC eoD", NULL },
	{ "ㅗㅜ", "owA oA ouC", NULL }, { "ㅘ", "waA oaA uaB oiC oisE", NULL },
	{ "ㅙ", "waeA", NULL }, { "ㅚ", "oeA oiB weB oyE oC eD", NULL },
	{ "ㅛ", "yoA ioC", NULL }, { "ㅜ", "uA oA ouB wE", NULL },
	{ "^ㅜ", "uA woA wuB ouC oE", NULL }, { "^ㅜㅣ", "wiA uiC", NULL },
	{ "ㅝ", "woA weoB wA uoB waB", NULL }, { "ㅞ", "weA", NULL },
	{ "ㅟ", "wiA uB ueB wieB yD", NULL },
	{ "ㅠ", "yuA yoA youA ewC uB iuC", NULL },
	{ "ㅡ", "euA uB A oD eC", NULL }, { "ㅡ$", "A eB euB uC", NULL },
	{ "^ㅡ", "euA uA eunF", NULL }, { "ㅢ", "uiA euiA iB eC yE heI", NULL },
	{ "ㅣ", "iA yB eA ieC eaC", NULL }, { "ㅣ$", "yA iA ieA eyB eB", NULL },
	{ "^ㅣ", "iA yA yiB eB", NULL },
	{ "ㅣㅓ", "ierB earB eoA iaB erB", NULL },
	{ "^ㅣ$", "leA yiA rheA riB liB iB reB", NULL },
	{ "^ㅣ.ㅁ$", "limA imA yimB rimD lemB", NULL },
	{ "^ㅂㅏ.ㄱ$", "parkA bakA pakA parcE", NULL },
	{ "^ㅂㅐ.ㄱ$", "baekA paikA paekA baikA backC", NULL },
	{ "^ㄴㅏ$", "naA raB", NULL }, { "^ㅜ$", "woA uA wuB", NULL },
	{ "^ㅠ$", "yoA yuA youA", NULL },
	{ "^ㄹㅠ$", "ryuA yoA ryoA lyuB", NULL }, { "^ㅗ$", "ohA oA", NULL },
	{ ".ㄱ", "kA gB cB ckB chE", NULL }, { ".ㄱㅅ", "xA ksA cksB gsB", NULL },
	{ "ㅋㅅ", "xA", NULL }, { "ㅋㅡㅅ", "xA ksA csB cksB", NULL },
	{ ".ㄴ", "nA neC", NULL }, { ".ㄷ", "tA dB", NULL },
	{ ".ㄹ", "lA rB leD", NULL }, { ".ㅁ", "mA meE", NULL },
	{ ".ㅂ", "pA bB", NULL }, { ".ㅅ", "tA sB teC thD", NULL },
	{ ".ㅇ", "ngA nC", NULL }, { ".ㅇㄱ", "ngA ngkA nkB", NULL },
	{ ".ㅎ", "hA A", NULL }, { ".ㅈ", "tA jB", NULL },
	{ ".ㅊ", "tA chB", NULL }, { ".ㅋ", "kA", NULL }, { ".ㅌ", "tA", NULL },
	{ ".ㅍ", "pA", NULL }, { "ㅁㅐ.ㄱ", "mcA macA maekB", NULL },
	{ "ㅁㅐㅋ", "mcA macA", NULL },
};

static struct crm_transcripts
hangul(void)
{
	return (struct crm_transcripts){ hangul_rows,
	    CRM_LEN(hangul_rows), 54 };
}

/* All scripts of India by the Devanagari letter in the same place. */
static const struct crm_transcript indic_rows[] = {
	{ "", "hF aF eI iI yJ uJ rK nK wK", NULL },
	{ "$", "hF aE eG nJ mJ", NULL }, { "a", "aA A uE eE oC", NULL },
	{ "a$", "A aC uG oF", NULL }, { "अ", "aA uE oD", NULL },
	{ "आ", "aA", NULL }, { "ा", "aA oG", NULL },
	{ "ा$", "aA ahC ayG arG", NULL }, { "ाय$", "ayA aiA oyC aeC", NULL },
	{ "ायa$", "ayA aiA oyC aeC ayaB", NULL }, { "इ", "iA eD yF", NULL },
	{ "ि", "iA eC yE", NULL }, { "ि$", "iA yB eB", NULL },
	{ "ई", "iA eA", NULL }, { "ी", "iA eA yD", NULL },
	{ "ी$", "iA yA eA ieC eyC", NULL }, { "उ", "uA oC wuG", NULL },
	{ "ऊ", "uA oA", NULL }, { "ु", "uA oB ouD wF", NULL },
	{ "ू", "uA oA ouD", NULL }, { "ु$", "uA oB ouC", NULL },
	{ "ऋ", "riA ruA", NULL }, { "ृ", "riA ruA rE", NULL },
	{ "ए", "eA aiD yaF", NULL }, { "े", "eA aC ayD aiD", NULL },
	{ "े$", "eA eyA ayB aiC", NULL }, { "ेयa$", "eyA eyaA eC ayB", NULL },
	{ "ऎ", "eA", NULL }, { "ॆ", "eA", NULL }, { "ऐ", "aiA iB ayC", NULL },
	{ "ै", "aiA eA ayC eiC aC iD", NULL }, { "ओ", "oA", NULL },
	{ "ो", "oA", NULL }, { "ऒ", "oA", NULL }, { "ॊ", "oA", NULL },
	{ "ऑ", "oA auD", NULL }, { "ॉ", "oA aC auC awD", NULL },
	{ "ऍ", "aA eA", NULL }, { "ॅ", "aA eA", NULL },
	{ "औ", "auA ouB owC oC", NULL }, { "ौ", "auA ouA owA oB aoC", NULL },
	{ "ं", "nA mB ngD", NULL }, { "ँ", "nA A", NULL },
	{ "ः", "hA A", NULL }, { "क", "kA cC qF", NULL },
	{ "क़", "qA kA", NULL }, { "ख", "khA kC", NULL },
	{ "ख़", "khA kC hD", NULL }, { "ग", "gA", NULL },
	{ "ग़", "ghA gA", NULL }, { "घ", "ghA gC", NULL },
	{ "ङ", "ngA nA", NULL }, { "च", "chA cC tchD", NULL },
	{ "छ", "chA", NULL }, { "च्छ", "chA", NULL },
	{ "ज", "jA zC gD", NULL }, { "ज़", "zA jB", NULL },
	{ "ज्ञ", "gyA jnA gnB dnyB jyC nyE gC", NULL },
	{ "झ", "jhA zC jB", NULL }, { "ञ", "nA nyB", NULL },
	{ "ट", "tA thF", NULL }, { "ठ", "thA tB", NULL },
	{ "ड", "dA rG", NULL }, { "ढ", "dhA dB", NULL },
	{ "ड़", "rA dB rhC", NULL }, { "ढ़", "rhA dhB rB", NULL },
	{ "ण", "nA", NULL }, { "त", "tA thC", NULL }, { "थ", "thA tB", NULL },
	{ "द", "dA dhD", NULL }, { "ध", "dhA dC", NULL }, { "न", "nA", NULL },
	{ "ऩ", "nA", NULL }, { "प", "pA", NULL }, { "फ", "phA fA", NULL },
	{ "फ़", "fA phB", NULL }, { "ब", "bA vD wF", NULL },
	{ "भ", "bhA bC vC", NULL }, { "म", "mA", NULL },
	{ "य", "yA iB jE", NULL }, { "य़", "yA A", NULL },
	{ "य़a", "yA A yaA eB", NULL }, { "्य", "yA iB A", NULL },
	{ "्यa", "yaA iaB yA aA", NULL }, { "्या", "yaA aA iaB", NULL },
	{ "र", "rA", NULL }, { "ऱ", "rA", NULL }, { "ल", "lA", NULL },
	{ "ळ", "lA zhF", NULL }, { "ऴ", "zhA lA", NULL },
	{ "व", "vA wA bE oF", NULL }, { "ाव$", "aoA avB auB", NULL },
	{ "ावु$", "aoA auA avuB", NULL }, { "श", "shA sB", NULL },
	{ "ष", "shA sB khG", NULL }, { "स", "sA shE cE", NULL },
	{ "ह", "hA A", NULL }, { "हa", "ahA ehA haA aB eC A", NULL },
	{ "क्ष", "kshA xA ksA shF", NULL }, { "क्स", "xA ksA", NULL },
	{ "्", "A", NULL }, { "़", "A", NULL }, { "्व", "wA vA A", NULL },
	{ "्ब", "wB bA vB A", NULL }, { "र्य", "ryA rjB", NULL },
	{ "र्यa$", "ryaA ryA rjeB rjaC", NULL }, { "க", "kA gA hE cE", NULL },
	{ "ச", "sA chA shC", NULL }, { "ட", "tA dA", NULL },
	{ "த", "thA tB dB dhB", NULL }, { "ப", "pA bA", NULL },
	{ "ற", "rA trE tF", NULL }, { "ட்ச", "kshA tchA xB", NULL },
	{ "்ற", "rA trB tA", NULL },
};

static struct crm_transcripts
indic(void)
{
	return (struct crm_transcripts){ indic_rows,
	    CRM_LEN(indic_rows), 60 };
}

static const struct crm_transcript thai_rows[] = {
	{ "", "aC oC uG eG iH hG rF yJ nK wJ", NULL },
	{ "$", "aD eG hG iH rG tH", NULL }, { "ก", "kA gB A", NULL },
	{ "ข", "khA kB", NULL }, { "ค", "khA kB cF", NULL },
	{ "ฆ", "khA kB", NULL }, { "ง", "ngA", NULL },
	{ "จ", "chA jB cG", NULL }, { "ฉ", "chA", NULL },
	{ "ช", "chA jE tG", NULL }, { "ซ", "sA", NULL }, { "ฌ", "chA", NULL },
	{ "ญ", "yA nB", NULL }, { "ฎ", "dA tB", NULL }, { "ฏ", "tA dD", NULL },
	{ "ฐ", "thA tB", NULL }, { "ฑ", "thA tB dD", NULL },
	{ "ฒ", "thA tB dhD A", NULL }, { "ณ", "nA", NULL },
	{ "ด", "dA tB", NULL }, { "ต", "tA dE", NULL },
	{ "ถ", "thA tB", NULL }, { "ท", "thA tB dG A", NULL },
	{ "ธ", "thA tB dhE", NULL }, { "น", "nA", NULL },
	{ "บ", "bA pA", NULL }, { "ป", "pA bC", NULL },
	{ "ผ", "phA pB", NULL }, { "ฝ", "fA", NULL },
	{ "พ", "phA pB bE", NULL }, { "ฟ", "fA", NULL },
	{ "ภ", "phA pB bhD bE", NULL }, { "ม", "mA", NULL },
	{ "ย", "yA iB eG", NULL }, { "ย$", "iA yA eE", NULL },
	{ "ร", "rA lE A", NULL }, { "ร$", "nA rA rnB A", NULL },
	{ "รร", "anA unB arB", NULL }, { "รรณ", "anA unB anaB", NULL },
	{ "ทร", "sA thrA trB", NULL }, { "ศร", "sA sriA srA", NULL },
	{ "สร", "sA srA", NULL }, { "ล", "lA nC", NULL },
	{ "ว", "wA vB oB uC", NULL }, { "ว$", "wA oA uC", NULL },
	{ "ศ", "sA tC", NULL }, { "ษ", "sA tB A", NULL },
	{ "ส", "sA tC", NULL }, { "ห", "hA A", NULL }, { "ฬ", "lA nB", NULL },
	{ "อ", "oA A orB", NULL }, { "ฮ", "hA", NULL },
	{ "ฤ", "ruA riA rueB roeC", NULL }, { "ะ", "aA", NULL },
	{ "ั", "aA uD", NULL }, { "า", "aA arC ahE", NULL },
	{ "ำ", "amA umC", NULL }, { "ิ", "iA yE eF", NULL },
	{ "ิ$", "iA A yC", NULL }, { "ี", "iA eA yC", NULL },
	{ "ึ", "ueA uA euC", NULL }, { "ื", "ueA uA euC", NULL },
	{ "ุ", "uA oC A", NULL }, { "ู", "uA oA", NULL },
	{ "เ", "eA aeC ayD oeC aD", NULL }, { "เอ", "oeA erA oB", NULL },
	{ "เี", "iaA", NULL }, { "เีย", "iaA iB eaC", NULL },
	{ "เือ", "ueaA uaA", NULL }, { "เา", "aoA auB owB awC", NULL },
	{ "เิ", "oeA erA", NULL }, { "เย", "oeiA eyB", NULL },
	{ "แ", "aeA aB eA", NULL }, { "โ", "oA", NULL },
	{ "ใ", "aiA iB ayC", NULL }, { "ไ", "aiA iB ayC yC eiE", NULL },
	{ "ัย", "aiA ayB", NULL }, { "ว์", "wA", NULL },
	{ "กร$", "konA kornA gornC", NULL },
	{ "พร", "phonA pornA ponA", NULL }, { "เว", "weA veA", NULL },
};

static struct crm_transcripts
thai(void)
{
	return (struct crm_transcripts){ thai_rows,
	    CRM_LEN(thai_rows), 78 };
}

struct crm_transcripts
crm_transcripts_asia(enum crm_script script)
{
	switch (script) {
	case CRM_SCRIPT_KANA:
		return kana();
	case CRM_SCRIPT_HANGUL:
		return hangul();
	case CRM_SCRIPT_INDIC:
		return indic();
	case CRM_SCRIPT_THAI:
		return thai();
	default:
		return (struct crm_transcripts){ NULL, 0, 0 };
	}
}
