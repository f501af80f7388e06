/* Table tests: cases of three lines (title, input, expected) with a blank line
 * between them; lines beginning with # in front of a title are comments. In
 * input and expected \n \t \r \\ \xNN and \u{NNNN} stand for what they say, and
 * a lone \e for the empty text. Paths are relative to the source tree, where
 * make runs the tests. */
#ifndef CRM_TABLES_H
#define CRM_TABLES_H

#include "base/buf.h"
#include "base/utf8.h"
#include "tap.h"

/* Turns an input (with a NUL behind it) into output; `arg` is the caller's. */
typedef void table_fn(struct crm_str input, struct crm_buf *out, void *arg);

static inline void
table_unescape(struct crm_buf *b, struct crm_str s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = i + 1 < s.n ? s.p[i + 1] : 0;
		char *end = NULL;
		if (s.p[i] != '\\' || !strchr("ntr\\xue", c) || !c) {
			crm_buf_c(b, s.p[i]);
			continue;
		}
		i++;
		if (c == 'x') {
			char hex[3] = { 0 };
			memcpy(hex, s.p + i + 1, s.n - i > 2 ? 2 : 0);
			crm_buf_c(b, (char)strtoul(hex, NULL, 16));
			i += 2;
		} else if (c == 'u') {
			crm_utf8_encode(b, (uint32_t)strtoul(s.p + i + 2, &end,
			    16));
			i = (size_t)(end - s.p);
		} else if (c != 'e') {
			crm_buf_c(b, c == 'n' ? '\n' : c == 't' ? '\t' :
			    c == 'r' ? '\r' : '\\');
		}
	}
}

/* The first word of an input, cut off with the blank behind it: tables of
 * several functions begin with the function's name. */
static inline struct crm_str
table_word(struct crm_str *s)
{
	size_t i = crm_str_chr(*s, ' ');
	struct crm_str word = crm_str_sub(*s, 0, i);
	*s = crm_str_sub(*s, i + 1, s->n);
	return word;
}

/* Runs all cases of the file; false where it could not be read. */
static inline bool
table_run(const char *path, table_fn *run, void *arg)
{
	struct crm_buf text = { 0 }, in = { 0 }, want = { 0 }, out = { 0 };
	if (crm_buf_read_file(&text, path) < 0 || text.n == 0)
		return ok(false, "%s can be read", path);
	crm_buf_cstr(&text);
	struct crm_str rest = crm_buf_view(&text), line[3];
	size_t have = 0, cases = 0;
	while (crm_str_split(&rest, '\n', &line[have])) {
		if (have == 0 && (line[0].n == 0 || line[0].p[0] == '#'))
			continue;
		if (++have < 3)
			continue;
		have = 0;
		cases++;
		crm_buf_clear(&in);
		crm_buf_clear(&want);
		crm_buf_clear(&out);
		table_unescape(&in, line[1]);
		table_unescape(&want, line[2]);
		crm_buf_cstr(&in);
		run(crm_buf_view(&in), &out, arg);
		char title[256];
		snprintf(title, sizeof(title), "%.*s", CRM_FMT(line[0]));
		same(crm_buf_view(&out), crm_buf_cstr(&want), title);
	}
	ok(have == 0 && cases > 0, "%s is whole", path);
	crm_buf_release(&text);
	crm_buf_release(&in);
	crm_buf_release(&want);
	crm_buf_release(&out);
	return true;
}

#endif
