/* Reads what tests/oracle/phone.cc wrote and compares. Classes:
 *   same      status, E.164, region, type, extension are equal
 *   renumbered  a country whose plan has changed since the library's metadata
 *             of 2022: other lengths, another national prefix
 *   range     one of both knows a range (or a length) that the other does not:
 *             the age of the metadata; E.164 is equal where both have one
 *   lenient   we read what the library does not (foreign "00", "(0)" where
 *             there is no national prefix)
 *   differs   anything else
 * and the formatted texts where all else is equal. */
#include "base/base.h"
#include "base/buf.h"
#include "model/norm_phone.h"

enum { COLS = 9 };
enum verdict { SAME, RENUMBERED, RANGE, LENIENT, DIFFERS, CLASSES };

static const int library_type[] = { CRM_PHONE_FIXED, CRM_PHONE_MOBILE,
	CRM_PHONE_FIXED_OR_MOBILE, CRM_PHONE_TOLL_FREE, CRM_PHONE_PREMIUM,
	CRM_PHONE_SHARED, CRM_PHONE_VOIP, CRM_PHONE_PERSONAL, CRM_PHONE_PAGER,
	CRM_PHONE_UAN, CRM_PHONE_VOICEMAIL, CRM_PHONE_UNKNOWN };

static bool
status_is(const struct crm_phone *p, struct crm_str want)
{
	switch (p->status) {
	case CRM_PHONE_VALID:
		return crm_str_is(want, "valid");
	case CRM_PHONE_POSSIBLE:
		return crm_str_is(want, "possible");
	case CRM_PHONE_TOO_SHORT:
	case CRM_PHONE_TOO_LONG:
	case CRM_PHONE_LENGTH:
		return crm_str_is(want, "length") || crm_str_is(want, "none");
	case CRM_PHONE_NO_COUNTRY:
	case CRM_PHONE_BAD_CODE:
	case CRM_PHONE_NOT_A_NUMBER:
		return crm_str_is(want, "none");
	}
	return false;
}

/* Plans that differ in their rules, found by comparing with the library that
 * reads the same metadata as we do (libphonenumber-js). */
static bool
renumbered(const struct crm_phone *p)
{
	static const char regions[][4] = { "NG", "UZ", "HR", "ZW", "XK", "MX",
		"UY", "BM", "GB", "JE", "GG", "IM", "CO", "GM", "QA",
		"BJ", "BG", "PY" };
	static const int codes[] = { 234, 998, 385, 263, 383, 52, 598, 44,
		57, 220, 974, 229, 359, 595 };
	for (size_t i = 0; i < CRM_LEN(regions); i++)
		if (strcmp(p->region, regions[i]) == 0)
			return true;
	for (size_t i = 0; i < CRM_LEN(codes); i++)
		if (p->calling == codes[i])
			return true;
	return false;
}

static enum verdict
compare(const struct crm_phone *p, const struct crm_str *col)
{
	struct crm_buf e = { 0 };
	int type = library_type[atoi(col[5].p)];
	if (p->nsn[0])
		crm_buf_printf(&e, "+%d%s", p->calling, p->nsn);
	bool e164 = crm_str_eq(crm_buf_view(&e), col[3]);
	bool valid = p->status == CRM_PHONE_VALID;
	bool status = status_is(p, col[2]);
	crm_buf_release(&e);
	if (status && !valid && !crm_phone_usable(p))
		return SAME;
	if (status && e164 && crm_str_is(col[6], p->ext) && (!valid ||
	    (crm_str_is(col[4], p->region) && (int)p->type == type)))
		return SAME;
	if (e164)
		return RANGE;
	if (renumbered(p))
		return RENUMBERED;
	if (valid && !crm_str_is(col[2], "valid"))
		return LENIENT;
	return status && !valid ? RANGE : DIFFERS;
}

static bool
formats_same(const struct crm_phone *p, const struct crm_str *col)
{
	struct crm_buf i = { 0 }, n = { 0 };
	crm_phone_international(&i, p);
	crm_phone_national(&n, p);
	bool good = crm_str_eq(crm_buf_view(&i), col[7]) &&
	    crm_str_eq(crm_buf_view(&n), col[8]);
	if (!good && getenv("SHOW"))
		printf("# format %.*s|%.*s|%.*s|%.*s\n",
		    CRM_FMT(crm_buf_view(&i)), CRM_FMT(col[7]),
		    CRM_FMT(crm_buf_view(&n)), CRM_FMT(col[8]));
	crm_buf_release(&i);
	crm_buf_release(&n);
	return good;
}

int
main(int argc, char **argv)
{
	static const char names[CLASSES][12] = { "same", "renumbered", "range",
		"lenient", "differs" };
	struct crm_buf file = { 0 };
	long count[CLASSES] = { 0 }, all = 0, formats = 0;
	if (argc < 2 || crm_buf_read_file(&file, argv[1]) != 0)
		return 2;
	struct crm_str rest = crm_buf_view(&file), line;
	while (crm_str_split(&rest, '\n', &line) && line.n) {
		struct crm_str col[COLS] = { { 0 } }, left = line;
		for (int i = 0; i < COLS; i++)
			crm_str_split(&left, '\t', &col[i]);
		struct crm_phone p;
		crm_phone_parse(col[1], col[0], &p);
		enum verdict c = compare(&p, col);
		if (c != SAME && getenv("SHOW"))
			printf("# %s %.*s | %d +%d%s %s %s %s\n", names[c],
			    CRM_FMT(line), (int)p.status, p.calling, p.nsn,
			    p.region, crm_phone_type_name(p.type), p.ext);
		count[c]++;
		all++;
		if (c == SAME && p.status == CRM_PHONE_VALID)
			formats += !formats_same(&p, col);
	}
	for (int i = 0; i < CLASSES; i++)
		printf("# %s %ld of %ld\n", names[i], count[i], all);
	printf("# same but formatted differently: %ld\n", formats);
	bool good = all > 0 && count[DIFFERS] * 1000 <= all;
	printf("%sok 1 - numbers read as libphonenumber does (>= 99.9 %%)\n",
	    good ? "" : "not ");
	bool few = count[RANGE] * 100 <= all * 6 &&
	    count[LENIENT] * 100 <= all * 4 && count[RENUMBERED] * 100 <= all;
	printf("%sok 2 - the classes that age explains are small\n",
	    few ? "" : "not ");
	bool shown = formats * 50 <= all;
	printf("%sok 3 - formatted alike (>= 98 %%)\n1..3\n",
	    shown ? "" : "not ");
	crm_buf_release(&file);
	return !(good && few && shown);
}
