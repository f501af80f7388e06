/* The pattern of two records: a level of agreement for every column. */
#include "match/inner.h"

enum { CACHE_BITS = 16 };

struct entry {
	uint64_t key;	/* both values, 0: none */
	uint8_t col, level[2];
};

struct crm_cache {
	struct entry e[1 << CACHE_BITS];
};

struct crm_cache *
crm_cache_new(void)
{
	return crm_calloc(1, sizeof(struct crm_cache));
}

void
crm_cache_free(struct crm_cache *c)
{
	free(c);
}

size_t
crm_match_levels(enum crm_feat f)
{
	static const uint8_t n[CRM_FEATS] = { 9, 7, 6, 7, 4, 6, 4, 8, 4, 5, 2,
		6 };
	return n[f];
}

const char *
crm_match_level_name(enum crm_feat f, unsigned level)
{
	static const char *const t[CRM_FEATS][CRM_MAXLEVEL] = {
		{ "different", "far", "similar", "middle name differs",
		    "initial", "nickname", "near", "fewer names", "exact" },
		{ "different", "far", "similar", "initial", "one of several",
		    "near", "exact" },
		{ "different", "something shared", "half", "part", "near",
		    "exact" },
		{ "different", "same domain", "similar", "same office",
		    "same name elsewhere", "near", "exact" },
		{ "different", "two digits off", "one digit off", "exact" },
		{ "different", "same year", "two parts", "two digits off",
		    "near", "exact" },
		{ "different", "two off", "one off", "exact" },
		{ "different", "something shared", "other number",
		    "same number", "number missing", "near",
		    "name and number", "exact" },
		{ "different", "same beginning", "one off", "exact" },
		{ "different", "far", "similar", "near", "exact" },
		{ "different", "exact" },
		{ "different", "something shared", "half", "most", "near",
		    "exact" }
	};
	return level && level <= crm_match_levels(f) ? t[f][level - 1] : "missing";
}

/* Numbers of values depend on the order of the input, that of records does
 * not: so a stays before b, and what is found for them is theirs alone. */
static uint64_t
pair_key(uint32_t a, uint32_t b)
{
	return (uint64_t)a << 32 | b;
}

static struct entry *
lookup(struct crm_cache *c, size_t col, uint64_t key)
{
	return &c->e[crm_mix64(key + col * 0x9e37u) >> (64 - CACHE_BITS)];
}

static bool
cached_kind(enum crm_feat f)
{
	return f == CRM_F_CITY || f == CRM_F_ORG || f == CRM_F_STREET ||
	    f == CRM_F_TEXT;
}

static unsigned
value_level(const struct crm_match *m, struct crm_cache *c, size_t col,
    uint32_t a, uint32_t b)
{
	const struct crm_col *x = &m->col[col];
	if (c == NULL || !cached_kind(x->feat))
		return crm_match_level_value(m, x, a, b);
	struct entry *e = lookup(c, col, pair_key(a, b));
	if (e->key != pair_key(a, b) || e->col != col) {
		e->level[0] = (uint8_t)crm_match_level_value(m, x, a, b);
		e->key = pair_key(a, b);
		e->col = (uint8_t)col;
	}
	return e->level[0];
}

/* The best level over all pairs of values. */
static unsigned
column_level(const struct crm_match *m, struct crm_cache *c, size_t col,
    uint32_t a, uint32_t b)
{
	size_t na, nb;
	const uint32_t *va = crm_col_get(m, col, a, &na);
	const uint32_t *vb = crm_col_get(m, col, b, &nb);
	unsigned best = 0;
	for (size_t i = 0; i < na; i++)
		for (size_t j = 0; j < nb; j++) {
			unsigned l = value_level(m, c, col, va[i], vb[j]);
			best = l > best ? l : best;
		}
	return best;
}

static struct crm_list
list_at(const struct crm_match *m, int col, uint32_t rec)
{
	uint32_t v = CRM_AT(m, col, rec);
	if (v == 0)
		return (struct crm_list){ NULL, 0 };
	if (v & CRM_MULTI)
		v = m->col[col].multi[(v & ~CRM_MULTI) + 1];
	return crm_list_of(crm_intern_str(&m->col[col].t, v));
}

static void
person(const struct crm_match *m, struct crm_cache *c, uint32_t a, uint32_t b,
    struct crm_pattern *out)
{
	uint64_t ka = (uint64_t)CRM_AT(m, m->given, a) << 32 |
	    CRM_AT(m, m->family, a);
	uint64_t kb = (uint64_t)CRM_AT(m, m->given, b) << 32 |
	    CRM_AT(m, m->family, b);
	if (ka == 0 || kb == 0)
		return;
	uint64_t key = crm_mix64(crm_mix64(ka) ^ kb);
	struct entry own = { 0 }, *e = c ? lookup(c, 255, key) : &own;
	if (e->key != key || e->col != 255) {
		struct crm_list x[2] = { list_at(m, m->given, a),
			list_at(m, m->family, a) };
		struct crm_list y[2] = { list_at(m, m->given, b),
			list_at(m, m->family, b) };
		unsigned level[2];
		crm_match_level_person(m, x, y, level);
		e->key = key;
		e->col = 255;
		e->level[0] = (uint8_t)level[0];
		e->level[1] = (uint8_t)level[1];
	}
	crm_pattern_put(out, (size_t)m->given, e->level[0]);
	crm_pattern_put(out, (size_t)m->family, e->level[1]);
}

/* One name was read as a person's, the other as a company's: compare them as
 * companies. */
static void
mixed(const struct crm_match *m, uint32_t a, uint32_t b,
    struct crm_pattern *out)
{
	const struct crm_col *o = &m->col[m->org];
	bool oa = CRM_AT(m, m->org, a) != 0, ob = CRM_AT(m, m->org, b) != 0;
	uint32_t p = oa ? b : a, buf[2 * CRM_MAXTOK + 1] = { 0 };
	struct crm_list l = { buf, 1 }, part;
	if (oa == ob)
		return;
	for (int k = 0; k < 2; k++) {
		part = list_at(m, k ? m->family : m->given, p);
		for (size_t i = 0; i < part.n && l.n < CRM_MAXTOK; i++)
			buf[l.n++] = part.t[i];
	}
	if (l.n > 1)
		crm_pattern_put(out, (size_t)m->org, crm_match_level_org(m, o,
		    list_at(m, m->org, p == a ? b : a), l));
}

void
crm_match_compare(const struct crm_match *m, struct crm_cache *c, uint32_t a,
    uint32_t b, struct crm_pattern *out)
{
	memset(out, 0, sizeof(*out));
	for (size_t i = 0; i < m->ncols; i++) {
		if ((int)i == m->given) {
			person(m, c, a, b, out);
			continue;
		}
		if ((int)i == m->org && m->name >= 0)
			mixed(m, a, b, out);
		if ((int)i == m->family || CRM_AT(m, i, a) == 0 ||
		    CRM_AT(m, i, b) == 0)
			continue;
		crm_pattern_put(out, i, column_level(m, c, i, a, b));
	}
}

void
crm_match_fetch(const struct crm_match *m, uint32_t rec, bool first)
{
	const uint32_t *v = &CRM_AT(m, 0, rec);
	for (size_t c = 0; c < m->ncols; c++, v++) {
		const struct crm_col *x = &m->col[c];
		if (*v & CRM_MULTI)
			__builtin_prefetch(x->multi + (*v & ~CRM_MULTI));
		else if (first)
			__builtin_prefetch(&x->t.at[*v]);
		else if (*v)
			__builtin_prefetch(x->t.data +
			    (size_t)x->t.at[*v].off * 4);
	}
}
