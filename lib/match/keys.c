#include "match/keys.h"

#include "base/utf8.h"
#include "format/json.h"
#include "match/inner.h"

enum { WORDS = 16 };

struct making {
	uint64_t *key;
	size_t n;
	uint64_t word[WORDS];	/* of the person's name */
	size_t nwords;
	struct crm_buf fold, scratch, norm, text;
};

uint64_t
crm_match_index_key(enum crm_match_space space, uint64_t h)
{
	return crm_mix64(h ^ crm_mix64(space)) >> 32 << 8 | (uint64_t)space;
}

static void
put(struct making *k, enum crm_match_space space, uint64_t h)
{
	if (k->n < CRM_MATCH_INDEX_KEYS)
		k->key[k->n++] = crm_match_index_key(space, h);
}

static void
put_text(struct making *k, enum crm_match_space space, struct crm_str s)
{
	if (s.n)
		put(k, space, crm_hash_bytes(s, space));
}

/* Each word of a name; those of a person's name are gathered for the whole. */
static void
name_words(struct making *k, struct crm_str raw, bool person)
{
	uint64_t key[CRM_WORD_KEYS], sum = 0;
	struct crm_str rest, w;
	size_t words = 0;
	crm_buf_clear(&k->fold);
	crm_fold_text(&k->fold, raw);
	rest = crm_buf_view(&k->fold);
	while (crm_token_next(&k->scratch, &rest, &w)) {
		uint64_t h = crm_hash_bytes(w, CRM_MATCH_BY_FULL);
		bool known = false;	/* names repeat: full, and in parts */
		for (size_t i = 0; i < k->nwords && !known; i++)
			known = k->word[i] == h;
		size_t n = known ? 0 : crm_match_word_keys(w, key);
		for (size_t i = 0; i < n; i++)
			put(k, CRM_MATCH_BY_NAME, key[i]);
		if (person && !known && k->nwords < WORDS)
			k->word[k->nwords++] = h;
		sum += h;
		words++;
	}
	if (!person && words)
		put(k, CRM_MATCH_BY_FULL, sum);
}

static void
email_keys(struct making *k, struct crm_str raw)
{
	char letters[64];
	size_t n = 0;
	crm_match_norm_email(raw, &k->norm);
	if (k->norm.n < 3)
		return;
	struct crm_match_email e = crm_match_email_parse(
	    crm_buf_view(&k->norm));
	put_text(k, CRM_MATCH_BY_EMAIL, e.all);
	for (size_t i = 0; i < e.local.n && n < sizeof(letters); i++)
		if (e.local.p[i] < '0' || e.local.p[i] > '9')
			letters[n++] = e.local.p[i];
	if (!e.role && n >= 4)
		put_text(k, CRM_MATCH_BY_LOCAL, (struct crm_str){ letters, n });
	if (!e.open)
		put_text(k, CRM_MATCH_BY_DOMAIN, e.domain);
}

static void
date_keys(struct making *k, struct crm_str raw)
{
	crm_match_norm_date(raw, &k->norm);
	struct crm_str s = crm_buf_view(&k->norm);
	struct crm_match_date d = crm_match_date_parse(s);
	int lo = d.m < d.d ? d.m : d.d, hi = d.m < d.d ? d.d : d.m;
	if (d.y && d.m && d.d)
		put(k, CRM_MATCH_BY_DATE, (uint64_t)(d.y * 10000 + lo * 100 +
		    hi));
	else
		put_text(k, CRM_MATCH_BY_DATE, s);
}

/* The house number and the longest word beside it. */
static void
street_keys(struct making *k, struct crm_str raw)
{
	struct crm_str rest, w;
	uint64_t number = 0, longest = 0;
	size_t most = 0;
	crm_buf_clear(&k->fold);
	crm_fold_text(&k->fold, raw);
	rest = crm_buf_view(&k->fold);
	while (crm_token_next(&k->scratch, &rest, &w)) {
		uint64_t h = crm_hash_bytes(w, CRM_MATCH_BY_STREET);
		if (w.p[0] >= '0' && w.p[0] <= '9') {
			number = number ? number : h;
		} else if (w.n > most) {
			most = w.n;
			longest = h;
		}
	}
	if (number && longest)
		put(k, CRM_MATCH_BY_STREET, number * 31 + longest);
}

static void
value_keys(struct making *k, const struct crm_field *f, struct crm_str raw)
{
	struct crm_str s;
	if (f->kind == CRM_K_NAME && f->parent < 0)
		name_words(k, raw, f->match != CRM_M_ORGANISATION);
	crm_buf_clear(&k->norm);
	switch ((enum crm_match_as)f->match) {
	case CRM_M_EMAIL:
		email_keys(k, raw);
		break;
	case CRM_M_PHONE:
		crm_match_norm_phone(raw, &k->norm);
		s = crm_buf_view(&k->norm);
		put_text(k, CRM_MATCH_BY_PHONE, crm_str_sub(s, s.n > 7 ?
		    s.n - 7 : 0, 7));
		break;
	case CRM_M_DATE:
		date_keys(k, raw);
		break;
	case CRM_M_CODE: case CRM_M_POSTCODE: case CRM_M_TEXT:
		if (f->match == CRM_M_POSTCODE)
			crm_match_norm_post(raw, &k->norm);
		else
			crm_match_norm_code(raw, &k->norm);
		put_text(k, f->match == CRM_M_CODE ? CRM_MATCH_BY_CODE :
		    f->match == CRM_M_TEXT ? CRM_MATCH_BY_TEXT :
		    CRM_MATCH_BY_POST, crm_buf_view(&k->norm));
		break;
	case CRM_M_STREET:
		street_keys(k, raw);
		break;
	case CRM_M_GIVEN_NAME: case CRM_M_FAMILY_NAME: case CRM_M_NAME:
	case CRM_M_ORGANISATION:
		if (f->kind != CRM_K_NAME || f->parent >= 0)
			name_words(k, raw, f->match != CRM_M_ORGANISATION);
		break;
	case CRM_M_NONE: case CRM_M_CITY: case CRM_M_COUNTRY:
		break;
	}
}

/* A scalar, or the scalars of a list. */
static void
field_keys(struct making *k, const struct crm_field *f, struct crm_str val)
{
	struct crm_json_iter it = crm_json_iter(val);
	struct crm_str key, v;
	char kind = crm_json_kind(val);
	if (kind == '[') {
		while (crm_json_next(&it, &key, &v))
			if (crm_json_kind(v) != '[')
				field_keys(k, f, v);
	} else if (kind == '"' || kind == '0') {
		crm_buf_clear(&k->text);
		struct crm_str s = crm_json_text_view(val, &k->text);
		if (crm_str_trim(s).n)
			value_keys(k, f, s);
	}
}

static bool
is_marked(const struct crm_field *f)
{
	return f->match != CRM_M_NONE ||
	    (f->kind == CRM_K_NAME && f->parent < 0);
}

/* The fields that a member of the record holds: itself, or its parts. */
static void
member_keys(struct making *k, const struct crm_type *t, struct crm_str name,
    struct crm_str val)
{
	for (size_t i = 0; i < t->nfields; i++) {
		const struct crm_field *f = &t->fields[i];
		struct crm_str part;
		if (!is_marked(f) || !crm_str_starts(f->name, name))
			continue;
		if (f->name.n == name.n)
			field_keys(k, f, val);
		else if (f->name.p[name.n] == '.' && crm_json_path(val,
		    crm_str_sub(f->name, name.n + 1, SIZE_MAX), &part))
			field_keys(k, f, part);
	}
}

static int
by_number(const void *a, const void *b)
{
	uint64_t x, y;
	memcpy(&x, a, 8);
	memcpy(&y, b, 8);
	return (x > y) - (x < y);
}

size_t
crm_match_index_keys(const struct crm_type *t, struct crm_str line,
    uint64_t key[CRM_MATCH_INDEX_KEYS])
{
	struct making k = { .key = key };
	struct crm_json_iter it = crm_json_iter(line);
	struct crm_str name, val;
	uint64_t sum = 0;
	size_t n = 0;
	while (crm_json_next(&it, &name, &val))
		member_keys(&k, t, name, val);
	for (size_t i = 0; i < k.nwords; i++)
		sum += k.word[i];
	if (k.nwords > 1)
		put(&k, CRM_MATCH_BY_FULL, sum);
	if (k.n)
		qsort(key, k.n, sizeof(*key), by_number);
	for (size_t i = 0; i < k.n; i++)
		if (i == 0 || key[i] != key[i - 1])
			key[n++] = key[i];
	crm_buf_release(&k.fold);
	crm_buf_release(&k.scratch);
	crm_buf_release(&k.norm);
	crm_buf_release(&k.text);
	return n;
}

/* The numbers of some samples stand for the rules that made them. */
uint64_t
crm_match_index_version(void)
{
	static const char *const sample =
	    "{\"name\":\"Muhammad \u0645\u062d\u0645\u062f \u03a0\u03b1\u03c0"
	    "\u03b1\u03b4\u03cc\u03c0\u03bf\u03c5\u03bb\u03bf\u03c2 \u05db"
	    "\u05d4\u05df \u0428\u0435\u0432\u0447\u0435\u043d\u043a\u043e "
	    "Schmidt-O'Brien \u5f20\u4f1f \u30bf\u30ca\u30ab\","
	    "\"emails\":[\"J.Doe+x@GMail.com\",\"info@example.com\"],"
	    "\"phones\":[\"+44 20 7946 0018\"],\"birthday\":\"03/04/1985\","
	    "\"address\":{\"street\":\"12 Main Street\","
	    "\"postal_code\":\"SW1A 1AA\"}}";
	uint64_t key[CRM_MATCH_INDEX_KEYS], h = 1;
	const struct crm_type *t = crm_schema_type(crm_schema_default(),
	    CRM_STR("contact"));
	size_t n = t ? crm_match_index_keys(t, crm_str_z(sample), key) : 0;
	for (size_t i = 0; i < n; i++)
		h = crm_mix64(h ^ key[i]);
	return h | 1;
}
