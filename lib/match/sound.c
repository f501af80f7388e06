/* How alike words of different scripts sound. Levels tell names that may be the
 * same from those that may not; among names of one level this tells which is
 * likelier, for scripts without vowels above all. */
#include "match/inner.h"
#include "match/transcribe.h"

enum { MAX = 64 };

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
    const struct crm_tok *y)
{
	const struct crm_tok *native = x->foreign ? x : y;
	const struct crm_tok *latin = x->foreign ? y : x;
	return crm_transcribed(crm_intern_str(&m->tokens,
	    (uint32_t)(native - m->tok)), crm_intern_str(&m->sim, latin->sim));
}

unsigned
crm_sound_words(const struct crm_match *m, const struct crm_tok *x,
    const struct crm_tok *y)
{
	unsigned known = x->foreign != y->foreign ? crm_sound_known(m, x, y) : 0;
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

unsigned
crm_sound_like(const struct crm_match *m, struct crm_list a, struct crm_list b)
{
	unsigned sum = 0, n = 0;
	if (a.n > b.n) {
		struct crm_list t = a;
		a = b;
		b = t;
	}
	for (size_t i = 0; i < a.n; i++) {
		const struct crm_tok *x = &m->tok[a.t[i]];
		unsigned best = 0;
		for (size_t j = 0; j < b.n; j++) {
			const struct crm_tok *y = &m->tok[b.t[j]];
			if (x->foreign == y->foreign || x->han || y->han ||
			    x->len < 2 || y->len < 2)
				continue;
			unsigned l = crm_sound_known(m, x, y);
			/* A guess says less: it stays near the middle. */
			if (l == 0)
				l = 760 + crm_sound_words(m, x, y) * 15 / 100;
			best = l > best ? l : best;
		}
		sum += best;
		n += best > 0;
	}
	return n ? sum / n : 0;
}
