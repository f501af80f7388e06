/* Pairs that a person decided. */
#include "match/inner.h"

/* Capital letters are lessons. */
static void
say(struct crm_match *m, char what, struct crm_str a, struct crm_str b)
{
	crm_buf_printf(&m->said_text, "%c%zu:%zu:", what, a.n, b.n);
	crm_buf_str(&m->said_text, a);
	crm_buf_str(&m->said_text, b);
}

void
crm_match_say(struct crm_match *m, struct crm_str a, struct crm_str b,
    bool same)
{
	say(m, same ? 's' : 'd', a, b);
}

void
crm_match_teach(struct crm_match *m, struct crm_str a, struct crm_str b,
    bool same)
{
	say(m, same ? 'S' : 'D', a, b);
}

static struct crm_str
take(struct crm_str *s, size_t n)
{
	struct crm_str out = crm_str_sub(*s, 0, n);
	*s = crm_str_sub(*s, n, s->n);
	return out;
}

static int
by_pair(const void *a, const void *b)
{
	const struct crm_said *x = a, *y = b;
	if (x->a != y->a)
		return x->a < y->a ? -1 : 1;
	if (x->b != y->b)
		return x->b < y->b ? -1 : 1;
	return (x->at > y->at) - (x->at < y->at);
}

/* The last word on a pair counts. */
static void
sort_said(struct crm_match *m)
{
	size_t n = 0;
	qsort(m->said, m->nsaid, sizeof(*m->said), by_pair);
	for (size_t i = 0; i < m->nsaid; i++) {
		const struct crm_said *s = &m->said[i];
		if (n && m->said[n - 1].a == s->a && m->said[n - 1].b == s->b)
			n--;
		m->said[n++] = *s;
	}
	m->nsaid = n;
}

void
crm_match_find_said(struct crm_match *m)
{
	crm_buf_c(&m->said_text, 0);
	m->said_text.n--;
	struct crm_str s = crm_buf_view(&m->said_text);
	struct crm_intern ids = { 0 };
	uint32_t *rec = s.n ? crm_calloc(m->n + 2, sizeof(*rec)) : NULL;
	for (uint32_t i = 0; rec && i < m->n; i++)
		rec[crm_intern_put(&ids, m->id[i], NULL)] = i;
	while (s.n) {
		char what = s.p[0];
		char *end;
		size_t na = strtoul(s.p + 1, &end, 10);
		size_t nb = strtoul(end + 1, &end, 10);
		take(&s, (size_t)(end + 1 - s.p));
		uint32_t a = crm_intern_find(&ids, take(&s, na));
		uint32_t b = crm_intern_find(&ids, take(&s, nb));
		if (a == 0 || b == 0 || a == b)
			continue;
		crm_grow(&m->said, &m->saidcap, m->nsaid + 1, sizeof(*m->said));
		a = rec[a], b = rec[b];
		m->said[m->nsaid] = (struct crm_said){ .a = a < b ? a : b,
			.b = a < b ? b : a, .at = m->nsaid,
			.same = what == 's' || what == 'S',
			.lesson = what == 'S' || what == 'D' };
		m->nsaid++;
	}
	if (m->nsaid)
		sort_said(m);
	free(rec);
	crm_intern_release(&ids);
}

size_t
crm_match_lessons(const struct crm_match *m)
{
	size_t n = 0;
	for (size_t i = 0; i < m->nsaid; i++)
		n += m->said[i].lesson;
	return n;
}
