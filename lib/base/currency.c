#include "base/decimal.h"

/* Three-letter codes of one run of text, in byte order. */
static bool
holds(const char *codes, size_t size, struct crm_str code)
{
	size_t lo = 0, hi = size / 3;
	while (lo < hi) {
		size_t mid = (lo + hi) / 2;
		int c = memcmp(codes + 3 * mid, code.p, 3);
		if (c == 0)
			return true;
		if (c < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return false;
}

/* ISO 4217: list one (current), list three (historic, with the minor units
 * they had). Codes without a minor unit (gold, SDR, test) are kept with 2. */
int
crm_currency_digits(struct crm_str code)
{
	static const char none[] = "ADPBEFBIFBYBBYRCLPDJFESPGNFGRDISKITLJPYKMF"
	    "KRWLUFMGFPTEPYGRWFTPETRLUGXUYIVNDVUVXAFXOFXPF";
	static const char three[] = "BHDIQDJODKWDLYDOMRTND";
	static const char four[] = "CLFUYW";
	static const char two[] =
	    "AEDAFAAFNALKALLAMDANGAOAAOKAONAORARAARPARSARYATSAUDAWGAYMAZMAZN"
	    "BADBAMBBDBDTBECBELBGJBGKBGLBGNBMDBNDBOBBOPBOVBRBBRCBREBRLBRNBRR"
	    "BSDBTNBUKBWPBYNBZDCADCDFCHCCHECHFCHWCNYCOPCOUCRCCSDCSJCSKCUCCUP"
	    "CVECYPCZKDDMDEMDKKDOPDZDECSECVEEKEGPERNESAESBETBEURFIMFJDFKPFRF"
	    "GBPGEKGELGHCGHPGHSGIPGMDGNEGNSGQEGTQGWEGWPGYDHKDHNLHRDHRKHTGHUF"
	    "IDRIEPILPILRILSINRIRRISJJMDKESKGSKHRKPWKYDKZTLAJLAKLBPLKRLRDLSL"
	    "LSMLTLLTTLUCLULLVLLVRMADMDLMGAMKDMLFMMKMNTMOPMROMRUMTLMTPMURMVQ"
	    "MVRMWKMXNMXPMXVMYRMZEMZMMZNNADNGNNICNIONLGNOKNPRNZDPABPEHPEIPEN"
	    "PESPGKPHPPKRPLNPLZQARRHDROKROLRONRSDRUBRURSARSBDSCRSDDSDGSDPSEK"
	    "SGDSHPSITSKKSLESLLSOSSRDSRGSSPSTDSTNSURSVCSYPSZLTHBTJRTJSTMMTMT"
	    "TOPTRYTTDTWDTZSUAHUAKUGSUGWUSDUSNUSSUYNUYPUYUUZSVEBVEDVEFVESVNC"
	    "WSTXADXAGXAUXBAXBBXBCXBDXCDXCGXDRXEUXFOXFUXPDXPTXREXSUXTSXUAXXX"
	    "YDDYERYUDYUMYUNZALZARZMKZMWZRNZRZZWCZWDZWGZWLZWNZWR";
	if (code.n != 3)
		return -1;
	if (holds(two, sizeof(two) - 1, code))
		return 2;
	if (holds(none, sizeof(none) - 1, code))
		return 0;
	if (holds(three, sizeof(three) - 1, code))
		return 3;
	return holds(four, sizeof(four) - 1, code) ? 4 : -1;
}
