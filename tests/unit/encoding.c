/* The same text in many encodings decodes to the same bytes, in any chunks,
 * and encodes back. */
#include "format/encoding.h"

#include "tap.h"

static const struct {
	const char *title, *name;	/* name NULL: found out */
	struct crm_str bytes;
	const char *want, *found;	/* want NULL: refused */
} cases[] = {
	{ "ASCII", NULL, { "name,a\n", 7 }, "name,a\n", "UTF-8" },
	{ "UTF-8", NULL, { "x\xce\xb1\n", 4 }, "x\xce\xb1\n", "UTF-8" },
	{ "UTF-8 with a mark", NULL, { "\xef\xbb\xbf\"a\"", 6 }, "\"a\"",
	    "UTF-8" },
	{ "UTF-16LE with a mark", NULL, { "\xff\xfe" "a\0\xb1\x03", 6 },
	    "a\xce\xb1", "UTF-16LE" },
	{ "UTF-16BE with a mark", NULL, { "\xfe\xff\0a\x03\xb1", 6 },
	    "a\xce\xb1", "UTF-16BE" },
	{ "UTF-16LE by its zeroes", NULL, { "a\0b\0\xb1\x03", 6 },
	    "ab\xce\xb1", "UTF-16LE" },
	{ "UTF-16BE by its zeroes", NULL, { "\0a\0b\x03\xb1", 6 },
	    "ab\xce\xb1", "UTF-16BE" },
	{ "UTF-32LE with a mark", NULL, { "\xff\xfe\0\0a\0\0\0", 8 }, "a",
	    "UTF-32LE" },
	{ "UTF-32BE by its zeroes", NULL, { "\0\0\0a\0\0\0b", 8 }, "ab",
	    "UTF-32BE" },
	{ "windows-1253", "windows-1253", { "a\xe1", 2 }, "a\xce\xb1",
	    "windows-1253" },
	{ "ISO-8859-7", "ISO-8859-7", { "a\xe1", 2 }, "a\xce\xb1",
	    "ISO-8859-7" },
	{ "windows-1255", "windows-1255", { "\xf9", 1 }, "\xd7\xa9",
	    "windows-1255" },
	{ "windows-1256", "windows-1256", { "\xe3", 1 }, "\xd9\x85",
	    "windows-1256" },
	{ "windows-1252", "windows-1252", { "\x80", 1 }, "\xe2\x82\xac",
	    "windows-1252" },
	{ "an 8-bit set is never guessed", NULL, { "abc\xe1\n", 5 }, NULL,
	    NULL },
	{ "cut UTF-8", NULL, { "abcd\xce", 5 }, NULL, NULL },
	{ "named UTF-8 is checked too", "utf-8", { "\xff" "a", 2 }, NULL,
	    NULL },
};

static enum crm_status
decode(const char *name, struct crm_str s, size_t step, struct crm_buf *out,
    char found[48], struct crm_err *err)
{
	struct crm_decoder *d;
	enum crm_status st = crm_decoder_new(name, &d, err);
	for (size_t at = 0; !st && at <= s.n; at += step) {
		struct crm_str part = crm_str_sub(s, at, step);
		st = crm_decode(d, part.p, part.n, at + step > s.n, out, err);
	}
	if (d)
		snprintf(found, 48, "%s", crm_decoder_name(d));
	crm_decoder_free(d);
	return st;
}

int
main(void)
{
	struct crm_err err = { 0 };
	for (size_t i = 0; i < CRM_LEN(cases); i++) {
		for (size_t step = 1; step <= 5; step += 2) {
			struct crm_buf out = { 0 };
			char found[48] = "";
			enum crm_status st = decode(cases[i].name,
			    cases[i].bytes, step, &out, found, &err);
			if (!cases[i].want) {
				ok(st == CRM_INVALID &&
				    strstr(err.msg, "--encoding"), "%s",
				    cases[i].title);
			} else {
				ok(!st && crm_str_is(crm_str_z(found),
				    cases[i].found), "%s: its name",
				    cases[i].title);
				same(crm_buf_view(&out), cases[i].want,
				    cases[i].title);
			}
			crm_buf_release(&out);
		}
	}
	struct crm_buf out = { 0 };
	ok(crm_recode("UTF-8", "windows-1253", CRM_STR("a\xce\xb1"), &out,
	    &err) == CRM_OK && crm_str_is(crm_buf_view(&out), "a\xe1"),
	    "back to windows-1253");
	ok(crm_recode("UTF-8", "windows-1253", CRM_STR("\xd7\xa9"), &out,
	    &err) == CRM_INVALID, "what the set lacks is refused");
	struct crm_decoder *d;
	ok(crm_decoder_new("klingon", &d, &err) == CRM_USAGE,
	    "an unknown name");
	crm_buf_release(&out);
	return tap_end();
}
