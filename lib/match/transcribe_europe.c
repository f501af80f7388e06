/* How names in Greek, Hebrew, Georgian and Armenian script are written in
 * Latin; by hand. transcribe.h tells how to read a row. */
#include "match/transcribe.h"

/* ELOT 743, the older ways and those of people at a Latin keyboard. */
static const struct crm_transcript greek_rows[] = {
	{ "", "hG eH iJ sJ uK oK aK yK cK nK tK lL gK", NULL },
	{ "α", "aA", NULL }, { "αι", "aiA eB aeC ayF", NULL },
	{ "αυ", "avA afA auB ayE abE aE", NULL },
	{ "αου", "aouA auB aoB", NULL }, { "β", "vA bB wF", NULL },
	{ "γ", "gA yC ghC ngG jG A", NULL }, { "γγ", "ngA gA nghC gkF", NULL },
	{ "γκ", "gkA gA ngB ghE nkD kG", NULL },
	{ "γχ", "nchA nhB nxB ghE gxC ngE", NULL },
	{ "γι", "giA yiB yA ghiC iD jE", NULL }, { "δ", "dA dhB thG", NULL },
	{ "ε", "eA aiG aeH", NULL }, { "ει", "eiA iA eD yF ehF", NULL },
	{ "ευ", "evA efA euB eyD ebF", NULL }, { "ζ", "zA sE tzG", NULL },
	{ "η", "iA eB hB yE", NULL }, { "^η", "iA hB eB hiE", NULL },
	{ "ηυ", "ivA ifA iuB", NULL }, { "θ", "thA 8A 9C tC", NULL },
	{ "ι", "iA yD jG eH A", NULL }, { "^ι", "iA jD yD eF", NULL },
	{ "^ιω", "ioA iwA yA joC", NULL },
	{ "^ιου", "iouA iuC juC youC", NULL }, { "κ", "kA cB chG qJ", NULL },
	{ "λ", "lA", NULL }, { "μ", "mA", NULL },
	{ "μπ", "bA mpA mbB pD", NULL }, { "ν", "nA", NULL },
	{ "ντ", "ntA dA ndB tE", NULL }, { "ντζ", "ntzA tzB jB dzB", NULL },
	{ "ξ", "xA ksA 3B csE", NULL }, { "ο", "oA", NULL },
	{ "οι", "oiA iA oeC eD yE", NULL }, { "ου", "ouA uA oyC oC wF", NULL },
	{ "π", "pA", NULL }, { "ρ", "rA rhD", NULL },
	{ "σ", "sA zE cK", NULL }, { "τ", "tA thJ", NULL },
	{ "οσ$", "osA usD wsB oE", NULL }, { "ησ$", "isA esB hsB iH", NULL },
	{ "τζ", "tzA tsB jB dzC gD djE zE", NULL },
	{ "τσ", "tsA chC tzC csF cE tchD", NULL }, { "υ", "yA iA uB", NULL },
	{ "υι", "yiA iB uiB", NULL }, { "φ", "fA phA", NULL },
	{ "χ", "chA hA xB khC kE", NULL }, { "ψ", "psA 4C", NULL },
	{ "ω", "oA wB ohF", NULL },
};

static struct crm_transcripts
greek(void)
{
	return (struct crm_transcripts){ greek_rows,
	    CRM_LEN(greek_rows), 45 };
}

/* The names of Israel, and foreign ones, with their vowels left out. An
 * apostrophe that makes another sound of a letter is gone by here. */
static const struct crm_transcript hebrew_rows[] = {
	{ "", "aC eC iE oE uF hG yH wK gL rL nL tL lL sL cL", NULL },
	{ "$", "eD sG hG xI tI aE dJ zK oJ", NULL },
	{ "א", "aA A oE eD iF uF auG eaF haI", NULL },
	{ "^א", "aA eB iD oD uD haK heK", NULL },
	{ "^או", "oA uB auC ouE avG euG eC", NULL },
	{ "^אי", "iA eC eyF aiE yF aD eaE heK", NULL },
	{ "^איי", "iB aC aiA eyC ayD eD eaD", NULL },
	{ "^אוו", "evA avB owE ovC evaC euH", NULL },
	{ "אי", "aiA iB ayC yC ieD eE", NULL },
	{ "או", "auA oB aoB owC uC aD aboK", NULL }, { "ב", "bA vA wG", NULL },
	{ "^ב", "bA vI", NULL }, { "ג", "gA jD ghG dgF giG guF gyL", NULL },
	{ "ד", "dA thJ dhJ", NULL }, { "ה", "hA A ehE haC", NULL },
	{ "ה$", "aA ahB eB A ehF hG oF erH atJ iaI eauJ", NULL },
	{ "יה$", "iaA yaA iahB yahB iyaB iyahC ieC eaC ayaD yeE "
	    "ijaE iD", NULL },
	{ "ו", "vA oA uA wD ouD auF owE A euF yF ueH", NULL },
	{ "^ו", "vA wA oG uG", NULL }, { "וו", "vA wA wuE uG ouF wiI", NULL },
	{ "ו$", "oA uB owE ovD ouE eauG auG ewF ueF vD avD oeF", NULL },
	{ "וי", "oyA oiA uiC viA wiA vyC wyC veiF uyD uD wD euF eF", NULL },
	{ "וא", "oaA uaB oA voC ueD vaD waD oeC", NULL },
	{ "ואה$", "oisA oaA uaB oahB ueD", NULL },
	{ "יו", "yoA ioB yuB joB juC iuB euE uE ewE iouF yovE ivD", NULL },
	{ "^יו", "yoA joA yuB juB euE iuD ioD", NULL },
	{ "יא", "iaA yaA jaC eaC yeE ieD", NULL },
	{ "ז", "zA sC jE zhE gG", NULL }, { "ח", "hA chA kE khB xG A", NULL },
	{ "ט", "tA thD tcH", NULL },
	{ "י", "iA yB eC jE A eiE ieE eaF aiF uH", NULL },
	{ "^י", "yA jA iB heL A", NULL },
	{ "יי", "ayB aiA eiA eyB iC yC aC eC ieE igG", NULL },
	{ "י$", "iA yA ieC eC eyC aiC ayD ayeH", NULL },
	{ "ייה$", "iaA ayaB iyaB ayahB eyaC ieC", NULL },
	{ "כ", "kA chA cC khB ckF", NULL }, { "^כ", "kA cC chC", NULL },
	{ "ל", "lA", NULL }, { "מ", "mA", NULL }, { "נ", "nA", NULL },
	{ "ני", "niA nyA gnF neC", NULL }, { "ס", "sA cD xI zG scF", NULL },
	{ "ע", "aA A eC iF oE uF", NULL }, { "^ע", "aA oC eC iC uF yF", NULL },
	{ "פ", "pA fA phA pfG", NULL },
	{ "צ", "tzA tsA zA chD cE czF sF tchF tschF ciF", NULL },
	{ "ק", "kA cA ckB qD kcJ", NULL },
	{ "קו", "koA coA kuA cuA quB kwC cauF kauF kvC cowF", NULL },
	{ "קוו", "quA kvA kwC kevB", NULL },
	{ "קי", "kiA ciC kyA quiC keC cuF", NULL },
	{ "קס", "xA ksA kasC csD cksD chsE", NULL },
	{ "ר", "rA rhG wrH", NULL }, { "ש", "shA sA chC schB szE sjF", NULL },
	{ "שט", "stA schtC shtA", NULL }, { "שפ", "spA schpD shpA", NULL },
	{ "שמ", "schmB shmA smC", NULL }, { "ת", "tA thA", NULL },
	{ "טש", "tschA tshB", NULL }, { "דז", "dzA", NULL },
	{ "מק", "makA mcA macA mecB", NULL },
};

static struct crm_transcripts
hebrew(void)
{
	return (struct crm_transcripts){ hebrew_rows,
	    CRM_LEN(hebrew_rows), 65 };
}

static const struct crm_transcript georgian_rows[] = {
	{ "", "hG eJ aK", NULL }, { "$", "sK", NULL }, { "ა", "aA", NULL },
	{ "ბ", "bA", NULL }, { "გ", "gA", NULL }, { "დ", "dA", NULL },
	{ "ე", "eA", NULL }, { "ვ", "vA wC fH", NULL }, { "ზ", "zA sD", NULL },
	{ "თ", "tA thB", NULL }, { "ი", "iA yD jG", NULL },
	{ "კ", "kA cD", NULL }, { "ლ", "lA", NULL }, { "მ", "mA", NULL },
	{ "ნ", "nA", NULL }, { "ო", "oA", NULL }, { "პ", "pA", NULL },
	{ "ჟ", "zhA jB schD", NULL }, { "რ", "rA", NULL }, { "ს", "sA", NULL },
	{ "ტ", "tA", NULL }, { "უ", "uA ouC", NULL },
	{ "ფ", "pA phB fC", NULL }, { "ქ", "kA qB cC", NULL },
	{ "ღ", "ghA gB", NULL }, { "ყ", "qA kB khD ghF", NULL },
	{ "შ", "shA schB chC sE", NULL },
	{ "ჩ", "chA tchB tschB tshE cF", NULL },
	{ "ც", "tsA cC zC tzD", NULL }, { "ძ", "dzA dsC zD", NULL },
	{ "წ", "tsA zC cD tzC", NULL }, { "ჭ", "chA tchB tschB cF", NULL },
	{ "ხ", "khA hC chC kC xD", NULL }, { "ჯ", "jA djB dzhB dschC", NULL },
	{ "ჰ", "hA", NULL },
};

static struct crm_transcripts
georgian(void)
{
	return (struct crm_transcripts){ georgian_rows,
	    CRM_LEN(georgian_rows), 45 };
}

/* Eastern Armenian, and the western way of speaking the stops. */
static const struct crm_transcript armenian_rows[] = {
	{ "", "hG yF eF iF uH aH sK", NULL }, { "ա", "aA", NULL },
	{ "բ", "bA pC", NULL }, { "գ", "gA kC", NULL }, { "դ", "dA tC", NULL },
	{ "ե", "eA yeC", NULL }, { "^ե", "yeA eA", NULL },
	{ "զ", "zA sF", NULL }, { "է", "eA", NULL },
	{ "ը", "yB eB uD A", NULL }, { "թ", "tA thB", NULL },
	{ "ժ", "zhA jB", NULL }, { "ի", "iA yE", NULL }, { "լ", "lA", NULL },
	{ "խ", "khA kC hD chD", NULL }, { "ծ", "tsA dzB tzC", NULL },
	{ "կ", "kA gB cC", NULL }, { "հ", "hA A", NULL },
	{ "ձ", "dzA tsC", NULL }, { "ղ", "ghA gB kE lF", NULL },
	{ "ճ", "chA jC djC", NULL }, { "մ", "mA", NULL },
	{ "յ", "yA iB jC hD", NULL }, { "ն", "nA", NULL },
	{ "շ", "shA chE schD", NULL }, { "ո", "oA voD", NULL },
	{ "^ո", "voA oA", NULL }, { "ու", "uA ouA", NULL },
	{ "չ", "chA tchB", NULL }, { "պ", "pA bC", NULL },
	{ "ջ", "jA chC djB", NULL }, { "ռ", "rA", NULL }, { "ս", "sA", NULL },
	{ "վ", "vA", NULL }, { "տ", "tA dC", NULL }, { "ր", "rA", NULL },
	{ "ց", "tsA tzB cC", NULL }, { "ւ", "vA uC", NULL },
	{ "փ", "pA phB", NULL }, { "ք", "kA qD", NULL }, { "օ", "oA", NULL },
	{ "ֆ", "fA", NULL }, { "և", "evA yevB", NULL },
	{ "եւ", "evA yevB", NULL }, { "յան$", "yanA ianA janB", NULL },
};

static struct crm_transcripts
armenian(void)
{
	return (struct crm_transcripts){ armenian_rows,
	    CRM_LEN(armenian_rows), 45 };
}

struct crm_transcripts
crm_transcripts_europe(enum crm_script script)
{
	switch (script) {
	case CRM_SCRIPT_GREEK:
		return greek();
	case CRM_SCRIPT_HEBREW:
		return hebrew();
	case CRM_SCRIPT_GEORGIAN:
		return georgian();
	case CRM_SCRIPT_ARMENIAN:
		return armenian();
	default:
		return (struct crm_transcripts){ NULL, 0, 0 };
	}
}
