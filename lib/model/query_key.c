/* Equality of normal forms and words in texts: nearly all values are short
 * and ASCII and differ in their first byte, so most answers need no folding. */
#include "model/query_impl.h"

#include "base/utf8.h"
#include "model/norm.h"

static inline unsigned char
lower(unsigned char c)
{
	return c >= 'A' && c <= 'Z' ? c | 32 : c;
}

static inline bool
is_alnum(unsigned char c)
{
	return (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z');
}

/* Kinds whose normal form of simple ASCII is the same but for its case. */
static bool
is_plain(unsigned kind)
{
	return kind == CRM_K_CODE || kind == CRM_K_ENUM ||
	    kind == CRM_K_EMAIL;
}

/* "mailto:a@b" and "A <a@b>" are addresses too. */
static bool
is_wrapped(struct crm_str s)
{
	return memchr(s.p, ':', s.n) || memchr(s.p, '<', s.n);
}

/* 1 equal, 0 not, -1 to be found out. */
static int
quick_plain(const struct crm_q_item *it, struct crm_str inner)
{
	size_t n = inner.n < it->key.n ? inner.n : it->key.n;
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)inner.p[i];
		if (!is_alnum(c) && c != '-' && c != '_' && c != '.' &&
		    c != '@')
			return -1;
		if (lower(c) != lower((unsigned char)it->key.p[i]))
			return (unsigned char)it->key.p[i] < 0x80 &&
			    !is_wrapped(inner) ? 0 : -1;
	}
	return inner.n == it->key.n ? 1 : -1;
}

static bool
is_dialled(unsigned char c)
{
	return (c >= '0' && c <= '9') || c == ' ' || c == '-' || c == '(' ||
	    c == ')' || c == '.' || c == '+' || c == '/';
}

/* Digits alone (no extension, no letters), and another last one: not the same
 * phone. */
static int
quick_phone(const struct crm_q_item *it, struct crm_str inner)
{
	for (size_t i = 0; i < inner.n; i++)
		if (!is_dialled((unsigned char)inner.p[i]))
			return -1;
	size_t n = inner.n, k = it->key.n;
	while (n && (inner.p[n - 1] < '0' || inner.p[n - 1] > '9'))
		n--;
	return n && k && it->key.p[k - 1] >= '0' &&
	    it->key.p[k - 1] <= '9' && inner.p[n - 1] != it->key.p[k - 1] ?
	    0 : -1;
}

static int
quick(const struct crm_q_test *t, const struct crm_q_item *it,
    struct crm_str val)
{
	if (it->prefix)
		return -1;
	if (crm_str_eq(val, it->raw))
		return 1;
	if (t->kind == CRM_K_REF || crm_field_is_id(t->field))
		return memchr(val.p, '\\', val.n) ? -1 : 0;
	if (val.n < 3 || val.p[0] != '"')
		return -1;
	struct crm_str inner = crm_json_inner(val);
	if (t->kind == CRM_K_PHONE)
		return quick_phone(it, inner);
	return is_plain(t->kind) ? quick_plain(it, inner) : -1;
}

static bool
has_key(const struct crm_q_test *t, struct crm_str key)
{
	size_t lo = 0, hi = t->n;
	while (t->sorted && lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		int c = crm_str_cmp(t->item[mid].key, key);
		if (c == 0)
			return true;
		if (c < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	for (size_t i = 0; !t->sorted && i < t->n; i++)
		if (t->item[i].prefix ? crm_str_starts(key, t->item[i].key) :
		    crm_str_eq(key, t->item[i].key))
			return true;
	return false;
}

/* Countries, languages and the like have few values: their answers are kept.
 * The slot for a value, NULL where it is too long to be one of few. */
static struct crm_q_memo *
memo_of(const struct crm_q_test *t, struct crm_str val)
{
	uint64_t w = 0;
	if (!t->memo || val.n > sizeof(w) || val.n == 0)
		return NULL;
	memcpy(&w, val.p, val.n);
	struct crm_q_memo *m = &t->memo[(w * UINT64_C(0x9e3779b97f4a7c15)) >>
	    (64 - CRM_Q_MEMO_BITS)];
	if (m->value != w)
		*m = (struct crm_q_memo){ w, -1 };
	return m;
}

static bool key_in(const struct crm_q_test *t, struct crm_str val,
    const struct crm_rec *r, struct crm_q_scratch *s);

bool
crm_q_key_in(const struct crm_q_test *t, struct crm_str val,
    const struct crm_rec *r, struct crm_q_scratch *s)
{
	struct crm_q_memo *m = memo_of(t, val);
	if (!m)
		return key_in(t, val, r, s);
	if (m->answer < 0)
		m->answer = key_in(t, val, r, s);
	return m->answer;
}

static bool
key_in(const struct crm_q_test *t, struct crm_str val,
    const struct crm_rec *r, struct crm_q_scratch *s)
{
	bool sure = !t->sorted;
	for (size_t i = 0; !t->sorted && i < t->n; i++) {
		int q = quick(t, &t->item[i], val);
		if (q > 0)
			return true;
		sure = sure && q == 0;
	}
	if (sure)
		return false;
	struct crm_str text = crm_json_text_view(val, &s->tmp);
	struct crm_str region = s->region;
	char code[3];
	if ((t->kind == CRM_K_PHONE || t->kind == CRM_K_TAX) && r)
		region = crm_norm_country(r, region, code);
	crm_buf_clear(&s->fold);
	if (!t->field || !crm_field_key(t->field, text, region, &s->fold))
		crm_fold_text(&s->fold, text);
	return has_key(t, crm_buf_view(&s->fold));
}

/* Does the lower-case word occur in the bytes, whatever its case? */
static bool
ascii_has(struct crm_str text, struct crm_str word)
{
	if (word.n > text.n)
		return false;
	unsigned char first = (unsigned char)word.p[0];
	for (size_t i = 0; i <= text.n - word.n; i++) {
		if (lower((unsigned char)text.p[i]) != first)
			continue;
		size_t k = 1;
		while (k < word.n && lower((unsigned char)text.p[i + k]) ==
		    (unsigned char)word.p[k])
			k++;
		if (k == word.n)
			return true;
	}
	return false;
}

static bool
is_ascii(struct crm_str s)
{
	uint64_t high = 0, w = 0;
	size_t i = 0;
	for (; i + 8 <= s.n; i += 8) {
		memcpy(&w, s.p + i, 8);
		high |= w;
	}
	for (; i < s.n; i++)
		high |= (unsigned char)s.p[i];
	return !(high & UINT64_C(0x8080808080808080));
}

/* The runs between blanks that are not ASCII, folded: what else of the text
 * may turn out as an ASCII word ("café" is cafe). */
static struct crm_str
fold_rest(struct crm_str inner, struct crm_q_scratch *s)
{
	struct crm_str run;
	crm_buf_clear(&s->part);
	while (inner.p && crm_str_split(&inner, ' ', &run))
		if (!is_ascii(run)) {
			crm_buf_str(&s->part, run);
			crm_buf_c(&s->part, ' ');
		}
	crm_buf_clear(&s->fold);
	crm_fold_text(&s->fold, crm_buf_view(&s->part));
	return crm_buf_view(&s->fold);
}

/* True where a plain word is surely missing from the text between quotes: its
 * letters stand for themselves there, or come from folding others. */
static bool
surely_not(struct crm_str inner, const struct crm_str *word, size_t n,
    struct crm_q_scratch *s)
{
	bool ascii = is_ascii(inner), folded = false;
	struct crm_str rest = { NULL, 0 };
	for (size_t k = 0; k < n; k++) {
		bool plain = true;
		for (size_t i = 0; i < word[k].n && plain; i++)
			plain = is_alnum((unsigned char)word[k].p[i]);
		if (!plain || ascii_has(inner, word[k]))
			continue;
		if (!ascii && !folded) {
			rest = fold_rest(inner, s);
			folded = true;
		}
		if (ascii || !ascii_has(rest, word[k]))
			return true;
	}
	return false;
}

bool
crm_q_words_in(struct crm_str val, const struct crm_str *word, size_t n,
    bool prefix, struct crm_q_scratch *s)
{
	struct crm_str inner = crm_json_is_string(val) ?
	    crm_json_inner(val) : val, w;
	if (val.n == 0 || val.p[0] == 'n' || surely_not(inner, word, n, s))
		return false;
	crm_buf_clear(&s->fold);
	crm_fold_text(&s->fold, crm_json_text_view(val, &s->tmp));
	struct crm_str rest = crm_buf_view(&s->fold);
	uint64_t found = 0, all = n >= 64 ? UINT64_MAX :
	    (UINT64_C(1) << n) - 1;
	while (found != all && crm_word_next(&rest, &w))
		for (size_t i = 0; i < n; i++)
			if (prefix && i == n - 1 ? crm_str_starts(w, word[i]) :
			    crm_str_eq(w, word[i]))
				found |= UINT64_C(1) << i;
	return found == all;
}
