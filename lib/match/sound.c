/* How alike words of different scripts sound. Levels tell names that may be the
 * same from those that may not; among names of one level this tells which is
 * likelier, for scripts without vowels above all. */
#include "match/inner.h"

enum { MAX = 64, LEAST = 300 };

struct sound {
	char p[MAX];
	size_t n;
};

static void
put(struct sound *s, char c)
{
	if (s->n < MAX && (s->n == 0 || s->p[s->n - 1] != c))
		s->p[s->n++] = c;
}

/* Letters of one sound become one letter, a pair of letters that write one
 * sound becomes one. */
static void
put_letter(struct sound *s, char c, char next)
{
	bool soft = next == 'e' || next == 'i' || next == 'y';
	switch (c) {
	case 'c':
		put(s, next == 'h' || soft ? 's' : 'k');
		break;
	case 'q': put(s, 'k'); break;
	case 'x': put(s, 'k'); put(s, 's'); break;
	case 'z': case 'j': put(s, 's'); break;
	case 'w': case 'o': put(s, 'u'); break;
	case 'y': case 'e': put(s, 'i'); break;
	case 'v': put(s, 'f'); break;
	case 'p': put(s, next == 'h' ? 'f' : 'b'); break;
	case 'd': put(s, 't'); break;
	case 'g': put(s, soft ? 's' : 'k'); break;
	case 't':
		if (next != 's')
			put(s, 't');
		break;
	case 'h': break;
	default: put(s, c); break;
	}
}

void
crm_sound_put(struct crm_str latin, struct crm_buf *out)
{
	struct sound s;
	s.n = 0;
	for (size_t i = 0; i < latin.n; i++)
		put_letter(&s, latin.p[i],
		    i + 1 < latin.n ? latin.p[i + 1] : 0);
	crm_buf_add(out, s.p, s.n);
}

static bool
vowel(char c)
{
	return c == 'a' || c == 'i' || c == 'u';
}

/* What it costs to leave a letter out: scripts without vowels leave out
 * those. */
static unsigned
drop(char c)
{
	return vowel(c) ? 3 : 10;
}

static unsigned
swap(char a, char b)
{
	return a == b ? 0 : vowel(a) && vowel(b) ? 4 : 12;
}

/* Edit distance with vowels at a discount, in thousandths of likeness. */
static unsigned
aligned(struct crm_str a, struct crm_str b)
{
	unsigned row[MAX + 1] CRM_MATCH_RAW, all = 0;
	size_t n = b.n < MAX ? b.n : MAX;
	row[0] = 0;
	for (size_t j = 0; j < n; j++) {
		row[j + 1] = row[j] + drop(b.p[j]);
		all += drop(b.p[j]);
	}
	for (size_t i = 0; i < a.n && i < MAX; i++) {
		unsigned before = row[0];
		row[0] += drop(a.p[i]);
		all += drop(a.p[i]);
		for (size_t j = 0; j < n; j++) {
			unsigned best = before + swap(a.p[i], b.p[j]);
			unsigned x = row[j + 1] + drop(a.p[i]);
			unsigned y = row[j] + drop(b.p[j]);
			before = row[j + 1];
			best = x < best ? x : best;
			row[j + 1] = y < best ? y : best;
		}
	}
	return all ? 1000 - 1000 * row[n] / all : 0;
}

unsigned
crm_sound_known(const struct crm_match *m, const struct crm_tok *x,
    const struct crm_tok *y, unsigned least)
{
	const struct crm_tok *native = x->foreign ? x : y;
	const struct crm_tok *latin = x->foreign ? y : x;
	return native->ways ? crm_transcribed(&m->scribes, m->read +
	    native->read, native->ways, crm_intern_str(&m->sim, latin->sim),
	    least) : 0;
}

unsigned
crm_sound_words(const struct crm_match *m, const struct crm_tok *x,
    const struct crm_tok *y)
{
	unsigned known = x->foreign != y->foreign ? crm_sound_known(m, x, y, LEAST) : 0;
	if (known)
		return known;
	unsigned letters = crm_jaro_winkler(crm_intern_str(&m->sim, x->sim),
	    crm_intern_str(&m->sim, y->sim));
	unsigned sounds = aligned(crm_intern_str(&m->sim, x->sound),
	    crm_intern_str(&m->sim, y->sound));
	/* Without vowels, letters in common say less. */
	return x->vowelless || y->vowelless ? (letters + 3 * sounds) / 4 :
	    (letters + sounds) / 2;
}

/* The words of a list, all in one other script, read as one; false where they
 * are not. */
static bool
read_all(const struct crm_match *m, struct crm_list l,
    uint16_t out[CRM_SCRIBE_HEAD + 4 * CRM_SCRIBE_ROWS])
{
	memset(out, 0, CRM_SCRIBE_HEAD * sizeof(*out));
	for (size_t i = 0; i < l.n; i++) {
		const struct crm_tok *t = &m->tok[l.t[i]];
		const uint16_t *r = m->read + t->read;
		if (t->ways == 0 || (i && r[0] != out[0]) ||
		    out[1] + r[1] > 4 * CRM_SCRIBE_ROWS)
			return false;
		out[0] = r[0];
		memcpy(out + CRM_SCRIBE_HEAD + out[1], r + CRM_SCRIBE_HEAD,
		    r[1] * sizeof(*r));
		out[1] = (uint16_t)(out[1] + r[1]);
		out[2] |= r[2];
		out[3] |= r[3];
	}
	return l.n > 0;
}

unsigned
crm_sound_joined(const struct crm_match *m, struct crm_list a,
    struct crm_list b)
{
	uint16_t read[CRM_SCRIBE_HEAD + 4 * CRM_SCRIBE_ROWS] CRM_MATCH_RAW;
	char buf[64] CRM_MATCH_RAW;
	if (a.n == 0 || b.n == 0 || a.n + b.n == 2 ||
	    m->tok[a.t[0]].foreign == m->tok[b.t[0]].foreign)
		return 0;
	struct crm_list native = m->tok[a.t[0]].foreign ? a : b;
	struct crm_list latin = m->tok[a.t[0]].foreign ? b : a;
	for (size_t i = 0; i < latin.n; i++)
		if (m->tok[latin.t[i]].foreign)
			return 0;
	return read_all(m, native, read) ? crm_transcribed(&m->scribes, read,
	    1, crm_token_glue(m, latin, buf), LEAST) : 0;
}

/* The most a word of one list sounds like any of the other, as a guess where
 * nothing is known; 0 where none can be said to. */
static unsigned
best_sound(const struct crm_match *m, const struct crm_tok *x,
    struct crm_list b)
{
	unsigned best = 0;
	for (size_t j = 0; j < b.n; j++) {
		const struct crm_tok *y = &m->tok[b.t[j]];
		if (x->foreign == y->foreign || x->initial || y->initial)
			continue;
		unsigned l = crm_sound_known(m, x, y, LEAST);
		/* A guess says less: it stays near the middle. */
		if (l == 0 && !x->han && !y->han)
			l = 760 + crm_sound_words(m, x, y) * 15 / 100;
		best = l > best ? l : best;
	}
	return best;
}

unsigned
crm_sound_like(const struct crm_match *m, struct crm_list a, struct crm_list b)
{
	unsigned sum = 0, n = 0;
	if (a.n > b.n) {
		struct crm_list t = a;
		a = b;
		b = t;
	}
	unsigned joined = a.n == b.n ? 0 : crm_sound_joined(m, a, b);
	for (size_t i = 0; i < a.n; i++) {
		unsigned best = best_sound(m, &m->tok[a.t[i]], b);
		sum += best;
		n += best > 0;
	}
	/* words of the longer list that nothing stands for */
	for (size_t i = a.n; i < b.n && n; i++, n++)
		sum += 820;
	sum = n ? sum / n : 0;
	return joined > sum ? joined : sum;
}
