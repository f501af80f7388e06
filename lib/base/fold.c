#include "base/utf8.h"

#include "base/mem.h"

#include <utf8proc.h>

/* Characters between two safe boundaries, being normalised. */
struct run {
	utf8proc_int32_t *c;
	size_t n, cap;
	bool joins;	/* something may compose with what stands before it */
	utf8proc_int32_t few[128];
};

enum { ROOM = 32 };	/* no character decomposes into more (18, U+FDFA) */

static void
run_init(struct run *r)
{
	r->c = r->few;
	r->n = 0;
	r->joins = false;
	r->cap = CRM_LEN(r->few);
}

static void
run_release(struct run *r)
{
	if (r->c != r->few)
		free(r->c);
}

static void
run_room(struct run *r)
{
	if (r->cap - r->n >= ROOM)
		return;
	size_t cap = r->cap * 2;
	if (r->c == r->few) {
		r->c = crm_reallocarray(NULL, cap, sizeof(*r->c));
		memcpy(r->c, r->few, r->n * sizeof(*r->c));
	} else {
		r->c = crm_reallocarray(r->c, cap, sizeof(*r->c));
	}
	r->cap = cap;
}

static inline unsigned
combining(utf8proc_int32_t c)
{
	return c < 0x300 ? 0 :
	    (unsigned)utf8proc_get_property(c)->combining_class;
}

/* Stable order by combining class of marks c[0..n), in linear time: hostile
 * text has thousands of them on one letter. */
static void
order_many(utf8proc_int32_t *c, size_t n)
{
	size_t at[256] = { 0 }, sum = 0;
	utf8proc_int32_t *copy = crm_reallocarray(NULL, n, sizeof(*c));
	memcpy(copy, c, n * sizeof(*c));
	for (size_t i = 0; i < n; i++)
		at[combining(c[i]) & 255]++;
	for (size_t k = 0; k < 256; k++) {
		size_t here = at[k];
		at[k] = sum;
		sum += here;
	}
	for (size_t i = 0; i < n; i++)
		c[at[combining(copy[i]) & 255]++] = copy[i];
	free(copy);
}

static void
order_few(utf8proc_int32_t *c, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		utf8proc_int32_t v = c[i];
		unsigned k = combining(v);
		size_t j = i;
		for (; j && combining(c[j - 1]) > k; j--)
			c[j] = c[j - 1];
		c[j] = v;
	}
}

/* The canonical ordering algorithm (Unicode 3.11, D109). */
static void
run_order(struct run *r)
{
	for (size_t i = 0; i < r->n;) {
		size_t end = i;
		while (end < r->n && combining(r->c[end]))
			end++;
		if (end - i > 16)
			order_many(r->c + i, end - i);
		else if (end - i > 1)
			order_few(r->c + i, end - i);
		i = end + (end == i);
	}
}

static void
run_compose(struct run *r)
{
	utf8proc_ssize_t n = utf8proc_normalize_utf32(r->c,
	    (utf8proc_ssize_t)r->n, UTF8PROC_COMPOSE | UTF8PROC_STABLE);
	if (n >= 0)
		r->n = (size_t)n;
}

static void
lower_ascii(struct crm_buf *b, struct crm_str s)
{
	char *to = crm_buf_room(b, s.n);
	if (!to)
		return;
	size_t i = 0;
	for (; s.n - i >= 8; i += 8) {
		uint64_t x, up;
		memcpy(&x, s.p + i, 8);
		up = (x + UINT64_C(0x3f3f3f3f3f3f3f3f)) &
		    ~(x + UINT64_C(0x2525252525252525)) &
		    UINT64_C(0x8080808080808080);
		x |= up >> 2;
		memcpy(to + i, &x, 8);
	}
	for (; i < s.n; i++)
		to[i] = s.p[i] >= 'A' && s.p[i] <= 'Z' ?
		    (char)(s.p[i] + 32) : s.p[i];
	b->n += s.n;
}

/* Cuts the next part off *rest: *plain is ASCII that stands for itself, then
 * *mixed is at most one ASCII character and all that is not ASCII behind it.
 * ASCII characters never combine with what stands before them, so both parts
 * can be normalised alone. */
static bool
next_part(struct crm_str *rest, struct crm_str *plain, struct crm_str *mixed)
{
	if (rest->n == 0)
		return false;
	size_t a = crm_ascii_prefix(*rest), end = a;
	if (a < rest->n && a > 0)
		a--;
	while (end < rest->n && (unsigned char)rest->p[end] >= 0x80)
		end++;
	*plain = crm_str_sub(*rest, 0, a);
	*mixed = crm_str_sub(*rest, a, end - a);
	*rest = crm_str_sub(*rest, end, rest->n - end);
	return true;
}

/* Default ignorable characters that are not assigned yet, which utf8proc does
 * not drop. */
static inline bool
reserved_ignorable(uint32_t c)
{
	return c == 0x2065 || (c >= 0xfff0 && c <= 0xfff8) ||
	    (c >= 0xe0000 && c <= 0xe0fff);
}

static void
add_parts(struct run *r, uint32_t c, utf8proc_option_t how)
{
	if (reserved_ignorable(c))
		return;
	run_room(r);
	utf8proc_ssize_t n = utf8proc_decompose_char((utf8proc_int32_t)c,
	    r->c + r->n, ROOM, UTF8PROC_DECOMPOSE | how, NULL);
	if (n > 0 && n <= ROOM)
		r->n += (size_t)n;
}

/* The iota subscript is a mark that folds to a letter: its place among the
 * marks has to be settled before (Unicode 3.13, D147). */
static inline bool
has_iota(uint32_t c)
{
	return c == 0x345 || (c >= 0x1f80 && c <= 0x1ffc);
}

/* The folded decomposition of a part, in canonical order. */
static void
decompose(struct run *r, struct crm_str part)
{
	const utf8proc_option_t fold = UTF8PROC_COMPAT | UTF8PROC_CASEFOLD |
	    UTF8PROC_IGNORE;
	bool iota = false;
	r->n = 0;
	for (size_t i = 0, len; i < part.n; i += len) {
		uint32_t c = crm_utf8_decode(crm_str_sub(part, i, 4), &len);
		iota = iota || has_iota(c);
		add_parts(r, c, fold);
	}
	if (iota) {
		struct run marks;
		run_init(&marks);
		for (size_t i = 0, len; i < part.n; i += len)
			add_parts(&marks, crm_utf8_decode(
			    crm_str_sub(part, i, 4), &len), 0);
		run_order(&marks);
		r->n = 0;
		for (size_t i = 0; i < marks.n; i++)
			add_parts(r, (uint32_t)marks.c[i], fold);
		run_release(&marks);
	}
	run_order(r);
}

static void
fold_mixed(struct crm_buf *b, struct crm_str s)
{
	struct crm_str plain, mixed;
	struct run r;
	run_init(&r);
	while (next_part(&s, &plain, &mixed)) {
		if (plain.n)
			lower_ascii(b, plain);
		decompose(&r, mixed);
		run_compose(&r);
		for (size_t i = 0; i < r.n; i++)
			crm_utf8_encode(b, (uint32_t)r.c[i]);
	}
	run_release(&r);
}

void
crm_fold(struct crm_buf *b, struct crm_str s)
{
	if (crm_ascii_prefix(s) < s.n)
		fold_mixed(b, s);
	else if (s.n)
		lower_ascii(b, s);
}

/* What crm_fold leaves different and people do not tell apart. */
struct letter {
	uint16_t from, to[2];
};

static const struct letter letters[] = {
	{ 0x00e6, { 'a', 'e' } },	/* æ */
	{ 0x00f0, { 'd' } },		/* ð */
	{ 0x00f8, { 'o' } },		/* ø */
	{ 0x00fe, { 't', 'h' } },	/* þ */
	{ 0x0111, { 'd' } },		/* đ */
	{ 0x0127, { 'h' } },		/* ħ */
	{ 0x0131, { 'i' } },		/* ı */
	{ 0x0138, { 'k' } },		/* ĸ */
	{ 0x0142, { 'l' } },		/* ł */
	{ 0x014b, { 'n' } },		/* ŋ */
	{ 0x0153, { 'o', 'e' } },	/* œ */
	{ 0x0167, { 't' } },		/* ŧ */
	{ 0x0180, { 'b' } },
	{ 0x0188, { 'c' } },
	{ 0x018c, { 'd' } },
	{ 0x0192, { 'f' } },		/* ƒ */
	{ 0x0199, { 'k' } },		/* ƙ */
	{ 0x019a, { 'l' } },
	{ 0x019e, { 'n' } },
	{ 0x01a5, { 'p' } },
	{ 0x01ad, { 't' } },
	{ 0x01b4, { 'y' } },		/* ƴ */
	{ 0x01b6, { 'z' } },		/* ƶ */
	{ 0x01dd, { 'e' } },		/* ǝ */
	{ 0x01e5, { 'g' } },
	{ 0x0221, { 'd' } },
	{ 0x0225, { 'z' } },
	{ 0x0237, { 'j' } },		/* ȷ */
	{ 0x023c, { 'c' } },
	{ 0x023f, { 's' } },
	{ 0x0240, { 'z' } },
	{ 0x0247, { 'e' } },
	{ 0x0249, { 'j' } },
	{ 0x024d, { 'r' } },
	{ 0x024f, { 'y' } },
	{ 0x0253, { 'b' } },		/* ɓ */
	{ 0x0256, { 'd' } },		/* ɖ */
	{ 0x0257, { 'd' } },		/* ɗ */
	{ 0x0259, { 'e' } },		/* ə */
	{ 0x025b, { 'e' } },		/* ɛ */
	{ 0x0260, { 'g' } },
	{ 0x0268, { 'i' } },		/* ɨ */
	{ 0x0272, { 'n' } },		/* ɲ */
	{ 0x0289, { 'u' } },		/* ʉ */
	{ 0x02b9, { '\'' } },
	{ 0x02bb, { '\'' } },		/* okina */
	{ 0x02bc, { '\'' } },
	{ 0x02bd, { '\'' } },
	{ 0x02be, { '\'' } },		/* hamza */
	{ 0x02bf, { '\'' } },		/* ayn */
	{ 0x02c8, { '\'' } },
	{ 0x02ca, { '\'' } },
	{ 0x02cb, { '\'' } },
	{ 0x055a, { '\'' } },
	{ 0x058a, { '-' } },
	{ 0x05be, { '-' } },		/* maqaf */
	{ 0x05da, { 0x05db } },		/* kaf */
	{ 0x05dd, { 0x05de } },		/* mem */
	{ 0x05df, { 0x05e0 } },		/* nun */
	{ 0x05e3, { 0x05e4 } },		/* pe */
	{ 0x05e5, { 0x05e6 } },		/* tsadi */
	{ 0x05f0, { 0x05d5, 0x05d5 } },
	{ 0x05f1, { 0x05d5, 0x05d9 } },
	{ 0x05f2, { 0x05d9, 0x05d9 } },
	{ 0x05f3, { '\'' } },		/* geresh */
	{ 0x05f4, { '"' } },		/* gershayim */
	{ 0x0629, { 0x0647 } },		/* ta marbuta: ha */
	{ 0x0640, { 0 } },		/* tatweel */
	{ 0x0649, { 0x064a } },		/* alef maksura: ya */
	{ 0x0671, { 0x0627 } },		/* alefs */
	{ 0x0672, { 0x0627 } },
	{ 0x0673, { 0x0627 } },
	{ 0x06a9, { 0x0643 } },		/* Persian kaf */
	{ 0x06aa, { 0x0643 } },
	{ 0x06be, { 0x0647 } },		/* ha of two eyes */
	{ 0x06c0, { 0x0647 } },
	{ 0x06c1, { 0x0647 } },
	{ 0x06c3, { 0x0647 } },
	{ 0x06cc, { 0x064a } },		/* Persian ya */
	{ 0x06d2, { 0x064a } },		/* Urdu ya */
	{ 0x06d5, { 0x0647 } },
	{ 0x07f4, { '\'' } },
	{ 0x07f5, { '\'' } },
	{ 0x1d6f, { 'm' } },
	{ 0x2010, { '-' } },
	{ 0x2011, { '-' } },
	{ 0x2012, { '-' } },
	{ 0x2013, { '-' } },
	{ 0x2014, { '-' } },
	{ 0x2015, { '-' } },
	{ 0x2018, { '\'' } },
	{ 0x2019, { '\'' } },
	{ 0x201a, { '\'' } },
	{ 0x201b, { '\'' } },
	{ 0x2032, { '\'' } },
	{ 0x2035, { '\'' } },
	{ 0x2212, { '-' } },
	{ 0x2c61, { 'l' } },
	{ 0x2c65, { 'a' } },		/* ⱥ */
	{ 0x2c66, { 't' } },
	{ 0xa78c, { '\'' } },		/* saltillo */
};

static const struct letter *
letter_of(uint32_t c)
{
	size_t lo = 0, hi = CRM_LEN(letters);
	if (c >= 0x300 && c < 0x55a)	/* Greek and Cyrillic have none */
		return NULL;
	while (lo < hi) {
		size_t mid = (lo + hi) / 2;
		if (letters[mid].from < c)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < CRM_LEN(letters) && letters[lo].from == c ? &letters[lo] : NULL;
}

/* Marks that are a letter's part and not an accent: vowels and nuktas of the
 * Indic scripts and their relatives, the voicing marks of kana. */
static bool
mark_stays(uint32_t c)
{
	return (c >= 0x0900 && c <= 0x109f) || (c >= 0x1700 && c <= 0x1aaf) ||
	    (c >= 0x1b00 && c <= 0x1cff) || c == 0x3099 || c == 0x309a ||
	    (c >= 0xa800 && c <= 0xabff) || (c >= 0x10a00 && c <= 0x10a5f) ||
	    (c >= 0x11000 && c <= 0x11fff);
}

/* Adds a character of a folded decomposition as text is compared. */
static void
add_compared(struct run *r, uint32_t c)
{
	if (c >= 0x80) {
		utf8proc_category_t k = utf8proc_category((utf8proc_int32_t)c);
		const struct letter *l;
		if ((k == UTF8PROC_CATEGORY_MN || k == UTF8PROC_CATEGORY_ME) &&
		    !mark_stays(c)) {
			/* an accent on a blank is what NFKC makes of a
			 * spacing accent typed for an apostrophe (O´Brien) */
			if ((c == 0x300 || c == 0x301 || c == 0x313 ||
			    c == 0x314) && r->n && r->c[r->n - 1] == ' ')
				r->c[r->n - 1] = '\'';
			return;
		}
		if (k == UTF8PROC_CATEGORY_ND)
			c = '0' + (uint32_t)crm_digit_value(c);
		else if (crm_is_space(c))
			c = ' ';
		else if (mark_stays(c) || (c >= 0x1100 && c < 0x1200))
			r->joins = true;
		else if ((l = letter_of(c)) != NULL) {
			if (l->to[0])
				r->c[r->n++] = l->to[0];
			if (l->to[1])
				r->c[r->n++] = l->to[1];
			return;
		}
	}
	r->c[r->n++] = (utf8proc_int32_t)c;
}

struct squeeze {
	struct crm_buf *b;
	bool blank, any;
};

/* Appends with runs of blanks as one, none at the ends. */
static inline void
squeeze_add(struct squeeze *q, uint32_t c)
{
	if (crm_is_space(c)) {
		q->blank = q->any;
		return;
	}
	if (q->blank)
		crm_buf_c(q->b, ' ');
	q->blank = false;
	q->any = true;
	if (c < 0x80)
		crm_buf_c(q->b, c >= 'A' && c <= 'Z' ? (char)(c + 32) :
		    c == '`' ? '\'' : (char)c);
	else
		crm_utf8_encode(q->b, c);
}

/* A part as it is compared, from its decomposition. */
static void
compared(struct run *r, const struct run *parts)
{
	r->n = 0;
	r->joins = false;
	for (size_t i = 0; i < parts->n; i++) {
		run_room(r);
		add_compared(r, (uint32_t)parts->c[i]);
	}
	/* with the marks gone most texts have nothing to compose */
	if (r->joins) {
		run_order(r);
		run_compose(r);
	}
}

/* How much of plain text stays as it is but for capitals: no control, no
 * accent grave, no blank beside another or at an end. */
static size_t
clean_prefix(struct crm_str s)
{
	bool blank = true;
	size_t i = 0;
	for (; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		if (c < ' ' || c == '`' || (c == ' ' && blank))
			break;
		blank = c == ' ';
	}
	return i && blank ? i - 1 : i;
}

void
crm_fold_text(struct crm_buf *b, struct crm_str s)
{
	struct squeeze q = { .b = b };
	struct crm_str plain, mixed;
	struct run parts, r;
	run_init(&parts);
	run_init(&r);
	while (next_part(&s, &plain, &mixed)) {
		size_t i = q.any ? 0 : clean_prefix(plain);
		if (i) {
			lower_ascii(b, crm_str_sub(plain, 0, i));
			q.any = true;
		}
		for (; i < plain.n; i++)
			squeeze_add(&q, (unsigned char)plain.p[i]);
		decompose(&parts, mixed);
		compared(&r, &parts);
		for (i = 0; i < r.n; i++)
			squeeze_add(&q, (uint32_t)r.c[i]);
	}
	run_release(&parts);
	run_release(&r);
}
