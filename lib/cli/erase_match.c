/* Where in a text somebody is called. */
#include "cli/erase_words.h"

enum { GAP = 2 };	/* characters between two digits of a number */

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Is the character at a byte part of a word that goes on? Scripts from U+3000
 * on, which write no blanks, have no such. */
static bool
is_word(struct crm_str s, size_t at)
{
	while (at && ((unsigned char)s.p[at] & 0xc0) == 0x80)
		at--;
	unsigned char c = (unsigned char)s.p[at];
	return (c >= 0x80 && c < 0xe3) || is_digit((char)c) ||
	    (c >= 'a' && c <= 'z');
}

/* May a longer address go on with it? */
static bool
goes_on(struct crm_str s, size_t at, bool before)
{
	char c = s.p[at];
	if (before)
		return is_word(s, at) || (c != ' ' && strchr("._%+-", c));
	return is_word(s, at) || c == '-' ||
	    (c == '.' && at + 1 < s.n && is_word(s, at + 1));
}

static size_t
match_text(const struct crm_erase_word *w, struct crm_str s, size_t at)
{
	size_t end = at + w->text.n;
	if (w->text.n > s.n - at || memcmp(s.p + at, w->text.p, w->text.n))
		return 0;
	if (w->kind == 'e')
		return (at && goes_on(s, at - 1, true)) ||
		    (end < s.n && goes_on(s, end, false)) ? 0 : w->text.n;
	return end == s.n || !is_word(s, end) || !is_word(s, end - 1) ?
	    w->text.n : 0;
}

/* Digits with at most two signs between them. */
static size_t
match_phone(const struct crm_erase_word *w, struct crm_str s, size_t at)
{
	size_t i = at, gap = 0;
	for (size_t k = 0; k < w->text.n; i++) {
		if (i >= s.n)
			return 0;
		if (is_digit(s.p[i])) {
			if (s.p[i] != w->text.p[k++])
				return 0;
			gap = 0;
		} else if (++gap > GAP || !memchr(" -./()", s.p[i], 6)) {
			return 0;
		}
	}
	return i < s.n && is_digit(s.p[i]) ? 0 : i - at;
}

/* Whose word it is that counts here. */
static bool
counts(const struct crm_erase_words *w, const struct crm_erase_word *word,
    const struct crm_erase_mode *m, uint32_t *person)
{
	for (uint32_t i = m->here ? word->who : 0; i; i = w->who[i - 1].next) {
		uint32_t p = w->who[i - 1].person;
		if (crm_map_get(m->here, (struct crm_str){ (char *)&p,
		    sizeof(p) })) {
			*person = p;
			return true;
		}
	}
	/* a number that others have, too, is theirs */
	if (!word->strong || word->held != m->held ||
	    (word->held && word->kind == 'p'))
		return false;
	*person = w->who[word->who - 1].person;
	return true;
}

/* The longest of those that begin with three characters. */
static size_t
longest(const struct crm_erase_words *w, const char head[3], size_t at,
    bool phone, const struct crm_erase_mode *m, uint32_t *person, char *kind)
{
	struct crm_str s = crm_buf_view(&w->fold.text);
	size_t best = 0;
	for (uint32_t i = w->head[crm_erase_head(head)]; i; i = w->w[i - 1].next) {
		const struct crm_erase_word *word = &w->w[i - 1];
		uint32_t p;
		if ((word->kind == 'p') != phone)
			continue;
		size_t n = phone ? match_phone(word, s, at) :
		    match_text(word, s, at);
		if (n > best && counts(w, word, m, &p)) {
			best = n;
			*person = p;
			*kind = word->kind;
		}
	}
	return best;
}

/* How many bytes of the folded text from `at` on are such a word. */
static size_t
match(const struct crm_erase_words *w, size_t at,
    const struct crm_erase_mode *m, uint32_t *person, char *kind)
{
	struct crm_str s = crm_buf_view(&w->fold.text);
	size_t best = 0, n = 0, from = at;
	char head[3];
	if (at && is_word(s, at - 1) && is_word(s, at))
		return 0;
	if (s.n - at >= sizeof(head))
		best = longest(w, s.p + at, at, false, m, person, kind);
	if (s.p[at] == '+' || s.p[at] == '(')
		from++;
	else if (at && (is_digit(s.p[at - 1])))
		return best;
	for (size_t i = from; i < s.n && n < sizeof(head) &&
	    i < from + sizeof(head) * (GAP + 1) && (is_digit(s.p[i]) ||
	    (n && memchr(" -./()", s.p[i], 6))); i++)
		if (is_digit(s.p[i]))
			head[n++] = s.p[i];
	if (!best && n == sizeof(head)) {
		n = longest(w, head, from, true, m, person, kind);
		best = n ? n + from - at : 0;
	}
	return best;
}

static bool
starts(struct crm_str s, size_t at)
{
	return ((unsigned char)s.p[at] & 0xc0) != 0x80;
}

bool
crm_erase_words_in(struct crm_erase_words *w, struct crm_str json,
    const struct crm_erase_mode *m, uint32_t *person)
{
	uint32_t p;
	char kind;
	if (!w->n)
		return false;
	crm_erase_fold(&w->fold, json);
	struct crm_str s = crm_buf_view(&w->fold.text);
	for (size_t i = 0; i < s.n; i++)
		if (starts(s, i) && match(w, i, m, person ? person : &p,
		    &kind))
			return true;
	return false;
}

bool
crm_erase_words_out(struct crm_erase_words *w, struct crm_str inner,
    const struct crm_erase_mode *m, struct crm_buf *out, uint32_t *person)
{
	const struct crm_erase_fold *f = &w->fold;
	size_t done = 0;	/* of inner */
	bool any = false;
	if (w->n)
		crm_erase_fold(&w->fold, inner);
	for (size_t i = 0, n; w->n && i < f->text.n; i += n ? n : 1) {
		char kind = 'n';
		uint32_t p;
		n = starts(crm_buf_view(&f->text), i) ?
		    match(w, i, m, &p, &kind) : 0;
		if (!n)
			continue;
		crm_buf_add(out, inner.p + done, f->at[i] - done);
		crm_buf_z(out, m->query && kind == 'e' ?
		    "erased@erased.invalid" : "[erased]");
		done = f->at[i + n];
		if (!any)
			*person = p;
		any = true;
	}
	if (done < inner.n)
		crm_buf_add(out, inner.p + done, inner.n - done);
	return any;
}
