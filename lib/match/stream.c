/* Keys of a record that knows of no others: without counts it cannot be seen
 * which pieces are rare, so it is settled by what they are. */
#include "match/inner.h"

enum { NAMES = 5, SIDES = 10 };

struct keys {
	uint64_t *key;
	size_t n;
};

static void
put(struct keys *k, uint64_t key)
{
	if (k->n < CRM_MATCH_STREAM_KEYS)
		k->key[k->n++] = key;
}

static bool
is_name(const struct crm_match *m, const struct crm_atom *a)
{
	bool name = a->group <= 2 || (int)a->group - 3 == m->org;
	return name && (a->kind == CRM_ATOM_SKELETON ||
	    a->kind == CRM_ATOM_NICK);
}

/* What beside a name makes a key. */
static bool
is_side(const struct crm_match *m, const struct crm_atom *a)
{
	if (a->group <= 2)
		return false;
	switch (m->col[a->group - 3].feat) {
	case CRM_F_DATE:
		return true;
	case CRM_F_EMAIL:
		return a->kind == 1;
	case CRM_F_PHONE:
		return a->kind != 0;
	case CRM_F_CODE: case CRM_F_POST:
		return a->kind == 0;
	case CRM_F_STREET:
		return a->kind == 0 || a->kind == CRM_ATOM_SKELETON;
	case CRM_F_CITY: case CRM_F_TEXT:
		return a->kind == CRM_ATOM_GLUED;
	case CRM_F_ORG:
		return a->kind == CRM_ATOM_SKELETON &&
		    (int)a->group - 3 != m->org;
	case CRM_F_GIVEN: case CRM_F_FAMILY: case CRM_F_COUNTRY:
	case CRM_FEATS:
		break;
	}
	return false;
}

/* Enough alone: whole addresses and numbers, names run together. */
static bool
is_enough(const struct crm_match *m, const struct crm_atom *a)
{
	bool email = a->group > 2 && m->col[a->group - 3].feat == CRM_F_EMAIL;
	return a->strong || (email && a->kind > 1);
}

static int
by_number(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
	return (x > y) - (x < y);
}

static void
make_keys(const struct crm_match *m, struct keys *k)
{
	struct crm_atom a[CRM_MAXATOM] CRM_MATCH_RAW;
	size_t n = crm_match_atoms(m, 0, a), name[NAMES], side[SIDES];
	size_t nn = 0, ns = 0;
	for (size_t i = 0; i < n; i++) {
		if (is_enough(m, &a[i]))
			put(k, a[i].key);
		if (is_name(m, &a[i]) && nn < NAMES)
			name[nn++] = i;
		else if (is_side(m, &a[i]) && ns < SIDES)
			side[ns++] = i;
	}
	for (size_t i = 0; i < nn; i++) {
		for (size_t j = i + 1; j < nn; j++)
			if (a[name[i]].group != a[name[j]].group)
				put(k, crm_mix64(a[name[i]].key +
				    a[name[j]].key));
		for (size_t j = 0; j < ns; j++)
			put(k, crm_mix64(a[name[i]].key + a[side[j]].key));
	}
}

size_t
crm_match_stream_keys(struct crm_match *m, const struct crm_match_vals *vals,
    uint64_t key[CRM_MATCH_STREAM_KEYS])
{
	struct keys k = { key, 0 };
	size_t n = 0;
	crm_match_put(m, CRM_STR(""), CRM_STR(""), CRM_STR(""), m->next, vals);
	m->next = CRM_MATCH_ANY;
	crm_match_split_names(m);
	m->row = crm_reallocarray(NULL, m->ncols + 1, sizeof(*m->row));
	for (size_t c = 0; c < m->ncols; c++)
		CRM_AT(m, c, 0) = m->col[c].val[0];
	make_keys(m, &k);
	crm_match_clear(m);
	if (k.n)
		qsort(key, k.n, sizeof(*key), by_number);
	for (size_t i = 0; i < k.n; i++)
		if (i == 0 || key[i] != key[i - 1])
			key[n++] = key[i];
	return n;
}
