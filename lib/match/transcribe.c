#include "match/transcribe.h"

#include "base/mem.h"
#include "match/similar.h"

enum { HEAD = CRM_SCRIBE_HEAD, LATIN = 40, FAR = 25, OTHER = 18, LEFT = 14, UNKNOWN = 12 };

/* One way to write a row: the first eight letters as a number. */
struct spelling {
	uint64_t letters, mask;
	const char *p;
	uint8_t n, cost;
};

struct row {
	uint32_t at;	/* of its spellings */
	uint32_t reach;	/* Latin letters it may become, by bit */
	uint32_t first;	/* with which its spellings begin */
	uint16_t n;
	uint8_t none;	/* cost of writing nothing */
	uint8_t one[26];	/* of any one letter */
};

struct crm_scribe {
	struct crm_transcripts t;
	struct row *row;	/* as in t, the first is for what no row knows */
	struct spelling *spelling;
	/* cost of a Latin letter that stands for nothing, before the end and
	 * behind it */
	uint8_t none[2][128];
	uint8_t alien[32];	/* of one that no row of the word becomes */
};

/* A letter's bit among a to z, of digits any. */
static unsigned
bit_of(char c)
{
	return (unsigned char)c & 31;
}

static uint64_t
letters_at(const char *p)
{
	uint64_t v;
	memcpy(&v, p, sizeof(v));
	return v;
}

/* The next of a row's spellings; false at the end. */
static bool
next_spelling(const char **p, struct spelling *s)
{
	char eight[8] = { 0 }, ones[8] = { 0 };
	while (**p == ' ')
		++*p;
	if (**p == 0)
		return false;
	s->p = *p;
	s->n = 0;
	while (**p > 'Z' || (**p >= '0' && **p <= '9')) {
		if (s->n < sizeof(eight)) {
			eight[s->n] = **p;
			ones[s->n] = -1;
		}
		s->n++;
		++*p;
	}
	s->letters = letters_at(eight);
	s->mask = letters_at(ones);
	s->cost = (uint8_t)(**p - 'A');
	*p += **p != 0;
	return true;
}

static void
make_row(struct crm_scribe *s, size_t i, size_t *n, size_t *cap)
{
	const struct crm_transcript *t = i ? &s->t.row[i] : NULL;
	struct row *r = &s->row[i];
	struct spelling x;
	r->at = (uint32_t)*n;
	r->none = t == NULL ? UNKNOWN : t->one ? (uint8_t)(t->one[0] - 'A') :
	    LEFT;
	for (size_t k = 0; k < 26; k++)
		r->one[k] = t == NULL ? UNKNOWN : t->one ?
		    (uint8_t)(t->one[k + 1] - 'A') : OTHER;
	for (const char *p = t ? t->more : ""; next_spelling(&p, &x);) {
		if (x.n == 0) {
			r->none = x.cost;
		} else if (x.n == 1 && *x.p >= 'a') {
			if (x.cost < r->one[*x.p - 'a'])
				r->one[*x.p - 'a'] = x.cost;
		} else {
			crm_grow(&s->spelling, cap, *n + 1,
			    sizeof(*s->spelling));
			s->spelling[(*n)++] = x;
		}
	}
	r->n = (uint16_t)(*n - r->at);
	for (size_t k = 0; k < 26; k++)
		if (r->one[k] < OTHER)
			r->reach |= (uint32_t)1 << bit_of((char)('a' + k));
	for (size_t k = r->at; k < *n; k++) {
		r->first |= (uint32_t)1 << bit_of(*s->spelling[k].p);
		for (size_t j = 0; j < s->spelling[k].n; j++)
			r->reach |= (uint32_t)1 <<
			    bit_of(s->spelling[k].p[j]);
	}
}

/* What each Latin letter costs that stands for nothing. */
static void
make_none(struct crm_scribe *s)
{
	bool end = s->t.n > 1 && crm_str_is(crm_str_z(s->t.row[1].native), "$");
	struct spelling x;
	for (int k = 0; k < 2; k++) {
		const struct crm_transcript *t = &s->t.row[k && end];
		memset(s->none[k], LEFT, sizeof(s->none[k]));
		for (size_t c = 0; c < 26 && t->one; c++)
			s->none[k]['a' + c] = (uint8_t)(t->one[c + 1] - 'A');
		for (const char *p = t->more; next_spelling(&p, &x);)
			s->none[k][*x.p & 127] = x.cost;
	}
	for (int c = 'a'; c <= 'z'; c++) {
		uint8_t a = s->none[0][c], b = s->none[1][c];
		a = a < b ? a : b;
		s->alien[bit_of((char)c)] = a < OTHER ? a : OTHER;
	}
}

static const struct crm_scribe *
make(struct crm_scribes *all, enum crm_script script, bool japanese)
{
	struct crm_scribe **s = &all->of[script + japanese * (CRM_LEN(all->of) -
	    1 - CRM_SCRIPT_HAN)];
	size_t n = 0, cap = 0;
	if (*s)
		return *s;
	*s = crm_zalloc(sizeof(**s));
	(*s)->t = crm_transcripts(script, japanese);
	if ((*s)->t.n == 0)
		return *s;
	(*s)->row = crm_calloc((*s)->t.n, sizeof(*(*s)->row));
	for (size_t i = 0; i < (*s)->t.n; i++)
		make_row(*s, i, &n, &cap);
	make_none(*s);
	return *s;
}

void
crm_scribes_release(struct crm_scribes *all)
{
	for (size_t i = 0; i < CRM_LEN(all->of); i++) {
		struct crm_scribe *s = all->of[i];
		if (s) {
			free(s->row);
			free(s->spelling);
		}
		free(s);
	}
	memset(all, 0, sizeof(*all));
}

/* The row of the longest piece that rest begins with, 0 where there is none;
 * *used bytes go in. */
static size_t
row_of(const struct crm_transcripts *t, struct crm_str rest, bool start,
    size_t *used)
{
	size_t most = 0, best = 0, len;
	for (size_t i = 1; i < t->n; i++) {
		const char *p = t->row[i].native;
		size_t k = 0;
		bool first = *p == '^';
		p += first;
		if (*p != *rest.p || (first && !start))
			continue;
		while (p[k] && p[k] != '$' && k < rest.n && p[k] == rest.p[k])
			k++;
		bool end = p[k] == '$';
		if ((p[k] && !end) || (end && k < rest.n))
			continue;
		/* The more it says, the better. */
		if (4 * k + 2 * first + end > most) {
			most = 4 * k + 2 * first + end;
			best = i;
			*used = k;
		}
	}
	if (best == 0) {
		crm_utf8_decode(rest, &len);
		*used = len;
	}
	return best;
}

size_t
crm_transcribe_rows(const struct crm_transcripts *t, struct crm_str rest,
    uint16_t out[CRM_SCRIBE_ROWS])
{
	size_t n = 0, used;
	struct crm_str before = { NULL, 0 };
	while (rest.n && n < CRM_SCRIBE_ROWS) {
		size_t i = row_of(t, rest, before.p == NULL, &used);
		struct crm_str piece = crm_str_sub(rest, 0, used);
		if (!crm_str_eq(piece, before))
			out[n++] = (uint16_t)i;
		before = piece;
		rest = crm_str_sub(rest, used, rest.n);
	}
	return n;
}

/* Without the Arabic article, or what looks like it. */
static struct crm_str
without_article(struct crm_str word)
{
	struct crm_str al = CRM_STR("\u0627\u0644");
	return word.n >= al.n + 6 && crm_str_starts(word, al) ?
	    crm_str_sub(word, al.n, word.n) : word;
}

static void
put_reach(const struct crm_scribe *s, uint16_t *read)
{
	uint32_t reach = 0;
	for (size_t i = 0; i < read[1]; i++)
		reach |= s->row[read[HEAD + i]].reach;
	read[2] = (uint16_t)reach;
	read[3] = (uint16_t)(reach >> 16);
}

size_t
crm_scribe_read(struct crm_scribes *all, struct crm_str word,
    const struct crm_han *han, uint16_t *out)
{
	size_t len, ways = 0;
	enum crm_script script = word.n ? crm_script_of(crm_utf8_decode(word,
	    &len)) : CRM_SCRIPT_OTHER;
	if (script == CRM_SCRIPT_LATIN || script == CRM_SCRIPT_OTHER)
		return 0;
	struct crm_buf units = { 0 };
	for (int k = 0; k < CRM_SCRIBE_WAYS; k++) {
		bool other = k && script == CRM_SCRIPT_HAN;
		const struct crm_scribe *s = make(all, script, other);
		if (s->t.n == 0 || (k && !other &&
		    script != CRM_SCRIPT_ARABIC))
			break;
		crm_buf_clear(&units);
		crm_transcribe_units(word, han, other, &units);
		struct crm_str u = crm_buf_view(&units);
		if (k && !other && without_article(u).n == u.n)
			break;
		out[0] = (uint16_t)(other ? CRM_LEN(all->of) - 1 : script);
		out[1] = (uint16_t)crm_transcribe_rows(&s->t, k && !other ?
		    without_article(u) : u, out + HEAD);
		put_reach(s, out);
		out += HEAD + out[1];
		ways++;
	}
	crm_buf_release(&units);
	return ways;
}

static size_t
read_latin(struct crm_str s, char l[LATIN + 8], uint32_t *set)
{
	size_t m = 0;
	*set = 0;
	for (size_t i = 0; i < s.n && m < LATIN; i++) {
		char c = s.p[i];
		bool in = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
		if (in && (m == 0 || l[m - 1] != c)) {
			l[m++] = c;
			*set |= (uint32_t)(c >= 'a') << bit_of(c);
		}
	}
	memset(l + m, 0, 8);
	return m;
}

static inline void
least_of(unsigned *to, unsigned cost)
{
	if (cost < *to)
		*to = cost;
}

/* One row: from the costs before it to those behind it; only those of `most`
 * and less lead on. */
static void
go_on(const struct crm_scribe *s, const struct row *r, const char *l, size_t m,
    unsigned most, const unsigned *at, unsigned *next)
{
	const struct spelling *x = s->spelling + r->at;
	for (size_t j = 0; j <= m; j++) {
		if (at[j] > most)
			continue;
		least_of(&next[j], at[j] + r->none);
		if (j == m)
			break;
		least_of(&next[j + 1], at[j] + (l[j] < 'a' ? FAR :
		    r->one[l[j] - 'a']));
		if (!(r->first >> bit_of(l[j]) & 1))
			continue;
		uint64_t here = letters_at(l + j);
		for (size_t k = 0; k < r->n; k++)
			if ((here & x[k].mask) == x[k].letters &&
			    j + x[k].n <= m && (x[k].n <= 8 ||
			    memcmp(l + j, x[k].p, x[k].n) == 0))
				least_of(&next[j + x[k].n],
				    at[j] + x[k].cost);
	}
}

/* What the Latin letters cost at least that no row becomes. */
static unsigned
alien_cost(const struct crm_scribe *s, const uint16_t *read, uint32_t set)
{
	unsigned cost = 0;
	set &= ~(read[2] | (uint32_t)read[3] << 16);
	for (; set; set &= set - 1)
		cost += s->alien[__builtin_ctz(set)];
	return cost;
}

static unsigned
viterbi(const struct crm_scribe *s, const uint16_t *read, const char *l,
    size_t m, uint32_t set, unsigned least)
{
	const uint16_t *row = read + HEAD;
	size_t n = read[1];
	unsigned cost[2][LATIN + 1] CRM_MATCH_RAW;
	unsigned most = (unsigned)((1000 - least) * (n + m) / s->t.scale);
	if (alien_cost(s, read, set) > most)
		return least;
	memset(cost[0], 0x3f, (m + 1) * sizeof(cost[0][0]));
	cost[0][0] = 0;
	for (size_t i = 0; i <= n; i++) {
		unsigned *at = cost[i & 1], *next = cost[~i & 1];
		const uint8_t *none = s->none[i == n];
		unsigned low = at[0];
		for (size_t j = 0; j < m; j++) {
			least_of(&at[j + 1], at[j] + none[l[j] & 127]);
			least_of(&low, at[j + 1]);
		}
		if (low > most)
			return least;
		if (i == n)
			break;
		memset(next, 0x3f, (m + 1) * sizeof(*next));
		go_on(s, &s->row[row[i]], l, m, most, at, next);
	}
	size_t lost = cost[n & 1][m] * s->t.scale / (n + m);
	return lost < 1000 - least ? (unsigned)(1000 - lost) : least;
}

unsigned
crm_transcribed(const struct crm_scribes *all, const uint16_t *read,
    size_t ways, struct crm_str latin, unsigned least)
{
	char l[LATIN + 8] CRM_MATCH_RAW;
	uint32_t set;
	size_t m = read_latin(latin, l, &set);
	if (m == 0)
		return 0;
	for (size_t k = 0; k < ways; k++) {
		unsigned like = read[1] ? viterbi(all->of[read[0]], read, l, m,
		    set, least) : 0;
		least = like > least ? like : least;
		read += HEAD + read[1];
	}
	return least;
}

struct crm_transcripts
crm_transcripts(enum crm_script script, bool japanese)
{
	if (script == CRM_SCRIPT_HAN)
		return crm_transcripts_han(japanese);
	struct crm_transcripts t = crm_transcripts_learned(script);
	if (t.n == 0)
		t = crm_transcripts_europe(script);
	return t.n ? t : crm_transcripts_asia(script);
}
