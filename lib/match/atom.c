/* Atoms: the pieces of a record under which it may meet another. */
#include "match/inner.h"

/* Spaces of keys; given and family names share theirs, for swapped fields. */
enum {
	WORD = CRM_ATOM_WORD, SKELETON = CRM_ATOM_SKELETON,
	COARSE = CRM_ATOM_COARSE, NICK = CRM_ATOM_NICK,
	GLUED = CRM_ATOM_GLUED, SPACE_COLUMN = CRM_ATOM_SPACE
};

struct sink {
	struct crm_atom *a;
	size_t n;
};

static void
put(struct sink *s, uint64_t space, uint64_t h, uint8_t group, bool strong)
{
	if (s->n >= CRM_MAXATOM)
		return;
	s->a[s->n++] = (struct crm_atom){ crm_mix64(h ^ crm_mix64(space)),
		group, (uint8_t)(space % SPACE_COLUMN), strong };
}

static uint64_t
latin_hash(const struct crm_match *m, uint32_t t)
{
	return crm_hash_bytes(crm_token_latin(m, t), 3);
}

static void
word_atoms(const struct crm_match *m, struct sink *s, uint32_t t,
    uint64_t space, uint8_t group, bool nick)
{
	const struct crm_tok *k = &m->tok[t];
	if (k->len < 2 || k->word->flags & (CRM_WORD_TITLE |
	    CRM_WORD_PARTICLE | CRM_WORD_NOISE))
		return;
	put(s, space + WORD, latin_hash(m, t), group, false);
	for (size_t i = 0; i < k->nskel && i < 2; i++)
		if (crm_skeleton_len(k->skel[i]) >= 2)
			put(s, space + SKELETON, k->skel[i], group, false);
	for (size_t i = 0; nick && i < k->word->nnick && i < 2; i++)
		put(s, space + NICK, k->word->nick[i], group, false);
}

/* The letters of a list run together. */
static void
glued_atom(const struct crm_match *m, struct sink *s, struct crm_list l,
    uint64_t space, uint8_t group, bool strong)
{
	char buf[64];
	struct crm_str g = crm_token_glue(m, l, buf);
	if (g.n >= 4)
		put(s, space + GLUED, crm_hash_bytes(g, 5), group, strong);
}

static void
name_atoms(const struct crm_match *m, struct sink *s, uint32_t rec)
{
	struct crm_list l[2] = { { NULL, 0 }, { NULL, 0 } };
	for (int k = 0; k < 2; k++) {
		uint32_t v = CRM_AT(m, k ? m->family : m->given, rec);
		if (v == 0)
			continue;
		l[k] = crm_list_of(crm_intern_str(&m->col[k ? m->family :
		    m->given].t, v));
		for (size_t i = 0; i < l[k].n && i < 3; i++)
			word_atoms(m, s, l[k].t[i], 0, (uint8_t)(1 + k),
			    k == 0);
	}
	uint64_t h[2] = { 0, 0 };
	char buf[64];
	for (int k = 0; k < 2; k++)
		h[k] = crm_hash_bytes(crm_token_glue(m, l[k], buf), 5);
	if (l[0].n && l[1].n)
		put(s, GLUED, h[0] + h[1], 1, true);
	if (l[1].n && m->tok[l[1].t[l[1].n - 1]].nskel) {
		const struct crm_tok *t = &m->tok[l[1].t[l[1].n - 1]];
		put(s, COARSE, t->coarse[0], 2, false);
	}
	if (l[0].n + l[1].n == 1 || (l[0].n && l[1].n)) {
		uint32_t w[2 * CRM_MAXTOK];
		size_t n = 0;
		for (int k = 0; k < 2; k++)
			for (size_t i = 0; i < l[k].n; i++)
				w[n++] = l[k].t[i];
		glued_atom(m, s, (struct crm_list){ w, n }, 0, 2, false);
	}
}

static void
org_atoms(const struct crm_match *m, struct sink *s, struct crm_list l,
    uint64_t space, uint8_t group)
{
	char first[CRM_MAXTOK];
	size_t n = 0;
	l.t++;
	l.n--;
	for (size_t i = 0; i < l.n && i < 5; i++)
		word_atoms(m, s, l.t[i], space, group, false);
	glued_atom(m, s, l, space, group, true);
	for (size_t i = 0; i < l.n; i++) {
		struct crm_str w = crm_token_latin(m, l.t[i]);
		if (w.n)
			first[n++] = w.p[0];
	}
	if (n >= 3)
		put(s, space + WORD, crm_hash_bytes((struct crm_str){ first,
		    n }, 3), group, false);
}

static void
email_atoms(struct sink *s, struct crm_str v, uint64_t space, uint8_t group)
{
	struct crm_match_email e = crm_match_email_parse(v);
	char letters[64];
	size_t n = 0;
	put(s, space, crm_hash_bytes(e.all, 1), group, true);
	for (size_t i = 0; i < e.local.n && n < 64; i++)
		if (e.local.p[i] < '0' || e.local.p[i] > '9')
			letters[n++] = e.local.p[i];
	if (e.role) {
		put(s, space + 1, crm_hash_bytes(e.domain, 2), group, false);
		return;
	}
	if (e.local.n >= 4)
		put(s, space + 2, crm_hash_bytes(e.local, 2), group, false);
	if (n >= 4 && n < e.local.n)
		put(s, space + 3, crm_hash_bytes((struct crm_str){ letters,
		    n }, 2), group, false);
	if (!e.open)
		put(s, space + 1, crm_hash_bytes(e.domain, 2), group, false);
}

static void
digit_atoms(struct sink *s, struct crm_str v, uint64_t space, uint8_t group)
{
	if (v.n > 8 && v.n < 10)
		v = crm_str_sub(v, v.n - 8, 8);
	if (v.n >= 3)
		put(s, space, crm_hash_bytes(v, 1), group, v.n >= 6);
	if (v.n < 6)
		return;
	put(s, space + 1, crm_hash_bytes(crm_str_sub(v, 0, v.n / 2), 1),
	    group, false);
	put(s, space + 2, crm_hash_bytes(crm_str_sub(v, v.n - v.n / 2,
	    v.n), 1), group, false);
}

static void
date_atoms(struct sink *s, struct crm_str v, uint64_t space, uint8_t group)
{
	struct crm_match_date d = crm_match_date_parse(v);
	int lo = d.m < d.d ? d.m : d.d, hi = d.m < d.d ? d.d : d.m;
	uint64_t md = (uint64_t)(lo * 100 + hi);
	if (d.y && d.m && d.d)
		put(s, space, md * 10000 + (uint64_t)d.y, group, false);
	if (d.m && d.d)
		put(s, space + 1, md, group, false);
	if (d.y)
		put(s, space + 2, (uint64_t)d.y, group, false);
}

static void
street_atoms(const struct crm_match *m, struct sink *s, struct crm_list l,
    uint64_t space, uint8_t group)
{
	for (size_t i = 2; i < l.n && i < 5; i++) {
		uint64_t h = latin_hash(m, l.t[i]);
		if (l.t[0])
			put(s, space, h + l.t[0], group, false);
		put(s, space + WORD, h, group, false);
		const struct crm_tok *t = &m->tok[l.t[i]];
		if (t->nskel && i == 2 && crm_skeleton_len(t->skel[0]) >= 2)
			put(s, space + SKELETON, t->skel[0], group, false);
	}
}

static void
list_atoms(const struct crm_match *m, struct sink *s, struct crm_list l,
    uint64_t space, uint8_t group, bool city)
{
	glued_atom(m, s, l, space, group, false);
	for (size_t i = 0; i < l.n && i < (city ? 1 : 5); i++)
		word_atoms(m, s, l.t[i], space, group, false);
}

static void
value_atoms(const struct crm_match *m, struct sink *s, size_t col, uint32_t v)
{
	const struct crm_col *c = &m->col[col];
	struct crm_str b = crm_intern_str(&c->t, v);
	uint64_t space = SPACE_COLUMN * (col + 1);
	uint8_t group = (uint8_t)(3 + col);
	switch (c->feat) {
	case CRM_F_EMAIL:
		email_atoms(s, b, space, group);
		break;
	case CRM_F_PHONE: case CRM_F_CODE: case CRM_F_POST:
		digit_atoms(s, b, space, group);
		break;
	case CRM_F_DATE:
		date_atoms(s, b, space, group);
		break;
	case CRM_F_ORG:
		org_atoms(m, s, crm_list_of(b), space, group);
		break;
	case CRM_F_STREET:
		street_atoms(m, s, crm_list_of(b), space, group);
		break;
	case CRM_F_CITY: case CRM_F_TEXT:
		list_atoms(m, s, crm_list_of(b), space, group,
		    c->feat == CRM_F_CITY);
		break;
	case CRM_F_GIVEN: case CRM_F_FAMILY: case CRM_F_COUNTRY:
	case CRM_FEATS:
		break;
	}
}

size_t
crm_match_atoms(const struct crm_match *m, uint32_t rec,
    struct crm_atom atom[CRM_MAXATOM])
{
	struct sink s = { atom, 0 };
	if (m->given >= 0)
		name_atoms(m, &s, rec);
	for (size_t c = 0; c < m->ncols; c++) {
		size_t n;
		const uint32_t *v = crm_col_get(m, c, rec, &n);
		for (size_t i = 0; i < n && i < 3; i++)
			value_atoms(m, &s, c, v[i]);
	}
	return s.n;
}
