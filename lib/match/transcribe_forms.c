/* A word in another script as people write it in Latin. */
#include "match/transcribe.h"

enum { USUAL = 2 };	/* cost to which a way to write a letter is usual */

/* The k-th usual way to write a row, the cheapest first; false past the last. */
static bool
usual(const struct crm_transcript *t, size_t k, struct crm_str *out)
{
	for (char cost = 'A'; cost <= 'A' + USUAL; cost++) {
		for (int c = -1; t->one && c < 26; c++)
			if (t->one[c + 1] == cost && k-- == 0) {
				static const char az[] =
				    "abcdefghijklmnopqrstuvwxyz";
				*out = (struct crm_str){ c < 0 ? "" : az + c,
				    c >= 0 };
				return true;
			}
		for (const char *p = t->more; *p;) {
			const char *start = p;
			while (*p > 'Z' || (*p >= '0' && *p <= '9'))
				p++;
			if (*p == cost && k-- == 0) {
				*out = (struct crm_str){ start,
				    (size_t)(p - start) };
				return true;
			}
			p += *p != 0;
			p += *p == ' ';
		}
	}
	return false;
}

/* All rows in their best way, but one of them in its k-th; false where it has
 * no such way. */
static bool
write_form(const struct crm_transcripts *t, const uint16_t *row, size_t n,
    size_t which, size_t k, char form[CRM_SCRIBE_FORM])
{
	size_t len = 0;
	for (size_t i = 0; i < n; i++) {
		struct crm_str s = { "", 0 };
		if (row[i] && !usual(&t->row[row[i]], i == which ? k : 0, &s) &&
		    i == which)
			return false;
		for (size_t j = 0; j < s.n && len + 1 < CRM_SCRIBE_FORM; j++)
			form[len++] = s.p[j];
	}
	form[len] = 0;
	return len > 0;
}

size_t
crm_scribe_forms(struct crm_str word, char form[][CRM_SCRIBE_FORM], size_t max)
{
	uint16_t row[CRM_SCRIBE_ROWS];
	struct crm_buf units = { 0 };
	size_t len, out = 0;
	enum crm_script script = word.n ? crm_script_of(crm_utf8_decode(word,
	    &len)) : CRM_SCRIPT_OTHER;
	for (int japanese = 0; japanese <= (script == CRM_SCRIPT_HAN);
	    japanese++) {
		struct crm_transcripts t = crm_transcripts(script, japanese);
		if (t.n == 0)
			break;
		crm_buf_clear(&units);
		crm_transcribe_units(word, NULL, japanese, &units);
		size_t n = crm_transcribe_rows(&t, crm_buf_view(&units), row);
		bool whole = n > 0;	/* characters that no row knows */
		for (size_t i = 0; i < n; i++)
			whole &= row[i] != 0;
		if (!whole && script == CRM_SCRIPT_HAN)
			continue;
		out += out < max && write_form(&t, row, n, n, 0, form[out]);
		for (size_t k = 1; k < 5; k++)
			for (size_t i = 0; i < n && out < max; i++)
				out += row[i] && write_form(&t, row, n, i, k,
				    form[out]);
	}
	crm_buf_release(&units);
	return out;
}
