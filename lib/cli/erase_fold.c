/* A text as names are compared: case and accents do not count, white space is
 * one blank, the escapes of JSON are what they stand for. Beside each byte
 * stands where in the text it came from. */
#include "cli/erase_words.h"

#include "base/utf8.h"

enum { CACHED = 0x3000, SMALL = 7 };

static void
put(struct crm_erase_fold *f, char c, size_t at)
{
	if (c == ' ' && f->text.n && f->text.p[f->text.n - 1] == ' ')
		return;
	crm_grow(&f->at, &f->cap, f->text.n + 2, sizeof(*f->at));
	f->at[f->text.n] = (uint32_t)at;
	crm_buf_c(&f->text, c);
}

/* A character beyond ASCII; what it folds to is kept for the next one. */
static void
put_wide(struct crm_erase_fold *f, uint32_t c, size_t at)
{
	struct crm_buf one = { 0 };
	uint8_t *known = NULL;
	if (c < CACHED && !f->cache)
		f->cache = crm_calloc(CACHED, SMALL + 1);
	if (c < CACHED)
		known = f->cache + c * (SMALL + 1);
	if (known && *known) {
		for (unsigned i = 1; i < *known; i++)
			put(f, (char)known[i], at);
		return;
	}
	if (crm_is_space(c)) {
		put(f, ' ', at);
		return;
	}
	crm_utf8_encode(&one, c);
	crm_buf_clear(&f->tmp);
	crm_fold_text(&f->tmp, crm_buf_view(&one));
	crm_buf_release(&one);
	for (size_t i = 0; i < f->tmp.n; i++)
		put(f, f->tmp.p[i], at);
	if (known && f->tmp.n <= SMALL) {
		*known = (uint8_t)(f->tmp.n + 1);
		if (f->tmp.n)
			memcpy(known + 1, f->tmp.p, f->tmp.n);
	}
}

static void
put_ascii(struct crm_erase_fold *f, char c, size_t at)
{
	if (c >= 'A' && c <= 'Z')
		c |= 32;
	put(f, c > ' ' && c < 127 ? c : ' ', at);
}

/* What a backslash and the next characters stand for; their length. */
static size_t
escape(struct crm_str s, uint32_t *c)
{
	*c = s.n > 1 ? (unsigned char)s.p[1] : ' ';
	if (*c == 'n' || *c == 't' || *c == 'r' || *c == 'b' || *c == 'f')
		*c = ' ';
	if (*c != 'u' || s.n < 6)
		return s.n > 1 ? 2 : 1;
	*c = 0;
	for (size_t i = 2; i < 6; i++) {
		char x = s.p[i];
		*c = *c << 4 | (uint32_t)((x & 15) + (x > '9' ? 9 : 0));
	}
	return 6;
}

void
crm_erase_fold(struct crm_erase_fold *f, struct crm_str s)
{
	crm_buf_clear(&f->text);
	for (size_t i = 0, n; i < s.n; i += n) {
		uint32_t c = (unsigned char)s.p[i];
		n = 1;
		if (c == '\\')
			n = escape(crm_str_sub(s, i, s.n), &c);
		else if (c >= 0x80)
			c = crm_utf8_decode(crm_str_sub(s, i, s.n), &n);
		if (c < 0x80)
			put_ascii(f, (char)c, i);
		else
			put_wide(f, c, i);
	}
	crm_grow(&f->at, &f->cap, f->text.n + 1, sizeof(*f->at));
	f->at[f->text.n] = (uint32_t)s.n;
}

void
crm_erase_fold_release(struct crm_erase_fold *f)
{
	crm_buf_release(&f->text);
	crm_buf_release(&f->tmp);
	free(f->at);
	free(f->cache);
	*f = (struct crm_erase_fold){ 0 };
}
