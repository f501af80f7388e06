/* The one definition of a key, for indexes, uniqueness, upsert, references and
 * matching of duplicates. */
#include "model/norm.h"
#include "model/record.h"

#include "base/decimal.h"
#include "base/time.h"
#include "base/utf8.h"

void
crm_keyset_release(struct crm_keyset *k)
{
	free(k->k);
	crm_buf_release(&k->mem);
	crm_buf_release(&k->tmp);
	crm_buf_release(&k->tmp2);
	crm_fieldmap_release(&k->map);
	free(k->slot);
	*k = (struct crm_keyset){ 0 };
}

/* Days as four bytes that sort: big endian, offset so that none is negative. */
static void
day_key(struct crm_buf *out, int32_t day)
{
	uint32_t u = (uint32_t)day ^ 0x80000000u;
	char b[4] = { (char)(u >> 24), (char)(u >> 16), (char)(u >> 8),
		(char)u };
	crm_buf_add(out, b, 4);
}

static bool
time_key(struct crm_str v, struct crm_buf *out)
{
	int64_t t;
	int32_t day;
	if (v.n == 10 && crm_date_parse(v, &day)) {
		day_key(out, day);
		return true;
	}
	if (!crm_time_parse(v, &t))
		return false;
	day_key(out, (int32_t)((t >= 0 ? t : t - CRM_DAY + 1) / CRM_DAY));
	return true;
}

static bool
date_key(struct crm_str v, struct crm_buf *out)
{
	int32_t day;
	if (!crm_date_parse(v, &day))
		return false;
	day_key(out, day);
	return true;
}

static bool
decimal_key(struct crm_str v, struct crm_buf *out)
{
	struct crm_dec d;
	uint8_t key[4] = { 0 };
	if (!crm_dec_parse(v, &d))
		return false;
	crm_dec_key(d, key);
	crm_buf_add(out, key, 4);
	return true;
}

bool
crm_field_key(const struct crm_field *f, struct crm_str value,
    struct crm_str region, struct crm_buf *out)
{
	size_t from = out->n;
	struct crm_norm_ctx ctx = { .country = region };
	switch ((enum crm_kind)f->kind) {
	case CRM_K_TIME:
		return time_key(value, out);
	case CRM_K_DATE:
		return date_key(value, out);
	case CRM_K_MONEY:
	case CRM_K_INT:
	case CRM_K_NUMBER:
		return decimal_key(value, out);
	case CRM_K_EMAIL:
	case CRM_K_PHONE:
	case CRM_K_URL:
	case CRM_K_DOMAIN:
	case CRM_K_COUNTRY:
	case CRM_K_LANGUAGE:
	case CRM_K_CURRENCY:
	case CRM_K_TAX:
		return crm_norm_key(crm_norm_of(f), value, &ctx, out);
	case CRM_K_REF:
		crm_buf_str(out, value);
		break;
	case CRM_K_NAME:
	case CRM_K_TEXT:
		crm_fold_text(out, value);
		break;
	case CRM_K_OBJECT:
	case CRM_K_MAP:
		return false;
	default:
		if (crm_field_is_id(f))
			crm_buf_str(out, value);
		else
			crm_fold(out, crm_str_trim(value));
		break;
	}
	return out->n > from;
}

static void
put(struct crm_keyset *k, const struct crm_field *f, enum crm_key_what what,
    size_t from, uint8_t weight)
{
	crm_grow(&k->k, &k->cap, k->n + 1, sizeof(*k->k));
	/* term.p waits as an offset until the buffer stays where it is */
	k->k[k->n++] = (struct crm_keyent){ .index = f->index,
		.what = (uint8_t)what, .weight = weight, .field = f,
		.term = { (const char *)(uintptr_t)from, k->mem.n - from } };
}

static void
add_words(struct crm_keyset *k, const struct crm_field *f,
    struct crm_str text)
{
	struct crm_str rest, word;
	crm_buf_clear(&k->tmp2);
	crm_fold_text(&k->tmp2, text);
	rest = crm_buf_view(&k->tmp2);
	while (crm_word_next(&rest, &word)) {
		size_t from = k->mem.n;
		crm_buf_add(&k->mem, word.p, word.n < 64 ? word.n : 64);
		put(k, f, CRM_KEY_WORD, from, f->text_weight);
	}
}

static void
add_scalar(struct crm_keyset *k, unsigned what, const struct crm_field *f,
    struct crm_str raw, struct crm_str region)
{
	static const struct {
		enum crm_key_what what;
		uint32_t flag;
	} map[] = { { CRM_KEY_UNIQUE, CRM_F_UNIQUE },
		{ CRM_KEY_LOOKUP, CRM_F_KEY }, { CRM_KEY_TERM, CRM_F_INDEX } };
	char kind = crm_json_kind(raw);
	if (kind == '{' || kind == '[' || kind == 'n')
		return;
	struct crm_str text = crm_json_text_view(raw, &k->tmp);
	if (f->kind == CRM_K_REF && (what & 1u << CRM_KEY_REF) && text.n) {
		size_t from = k->mem.n;
		crm_buf_str(&k->mem, text);
		put(k, f, CRM_KEY_REF, from, 0);
	}
	for (size_t i = 0; i < CRM_LEN(map); i++) {
		size_t from = k->mem.n;
		if (!(what & 1u << map[i].what) || !(f->flags & map[i].flag))
			continue;
		if (crm_field_key(f, text, region, &k->mem))
			put(k, f, map[i].what, from, 0);
		else
			k->mem.n = from;
	}
	if (f->text_weight && (what & 1u << CRM_KEY_WORD))
		add_words(k, f, text);
}

static void
add_foreign_id(struct crm_keyset *k, const struct crm_field *f,
    struct crm_str system, struct crm_str id)
{
	struct crm_str text = crm_json_text_view(id, &k->tmp);
	size_t from = k->mem.n;
	if (!text.n || crm_json_kind(id) == '{' || crm_json_kind(id) == '[')
		return;
	crm_json_unescape(&k->mem, system);
	crm_buf_c(&k->mem, '\0');
	crm_buf_str(&k->mem, text);
	put(k, f, CRM_KEY_UNIQUE, from, 0);
}

/* ext: one unique key for each system, "system NUL id"; a merged record may
 * have several ids in one system. */
static void
add_ext(struct crm_keyset *k, unsigned what, const struct crm_field *f,
    struct crm_str raw)
{
	struct crm_json_iter it = crm_json_iter(raw), ids;
	struct crm_str key, val, none, id;
	if (!(what & 1u << CRM_KEY_UNIQUE) || !(f->flags & CRM_F_UNIQUE))
		return;
	while (it.object && crm_json_next(&it, &key, &val)) {
		ids = crm_json_iter(val);
		if (crm_json_kind(val) != '[')
			add_foreign_id(k, f, key, val);
		else
			while (crm_json_next(&ids, &none, &id))
				add_foreign_id(k, f, key, id);
	}
}

static void add_value(struct crm_keyset *k, unsigned what,
    const struct crm_type *t, const struct crm_field *f, struct crm_str raw,
    struct crm_str region);

/* The leaves of an object field stand behind it and name it as parent. */
static void
add_object(struct crm_keyset *k, unsigned what, const struct crm_type *t,
    const struct crm_field *f, struct crm_str raw, struct crm_str region)
{
	int32_t pos = (int32_t)crm_field_pos(t, f);
	struct crm_str val;
	for (size_t i = (size_t)pos + 1; i < t->nfields; i++) {
		const struct crm_field *l = &t->fields[i];
		if (l->parent < pos)
			break;
		if (l->parent == pos && (l->kind == CRM_K_REF ||
		    l->kind == CRM_K_OBJECT || l->text_weight || (l->flags &
		    (CRM_F_UNIQUE | CRM_F_KEY | CRM_F_INDEX))) &&
		    crm_json_get(raw, l->leaf, &val))
			add_value(k, what, t, l, val, region);
	}
}

static void
add_value(struct crm_keyset *k, unsigned what, const struct crm_type *t,
    const struct crm_field *f, struct crm_str raw, struct crm_str region)
{
	char kind = crm_json_kind(raw);
	if (kind == '[') {
		struct crm_json_iter it = crm_json_iter(raw);
		struct crm_str key, val;
		while (crm_json_next(&it, &key, &val))
			if (crm_json_kind(val) != '[')
				add_value(k, what, t, f, val, region);
	} else if (kind == '{') {
		if (f->kind == CRM_K_MAP)
			add_ext(k, what, f, raw);
		else if (f->kind == CRM_K_OBJECT)
			add_object(k, what, t, f, raw, region);
	} else {
		add_scalar(k, what, f, raw, region);
	}
}

bool
crm_rec_merged(const struct crm_rec *r, const struct crm_field *f,
    struct crm_str *list)
{
	static const char prefix[] = "merged_";
	int slot = crm_shape_slot(r->shape, CRM_STR("raw"));
	struct crm_str key, raw = { 0 };
	if (slot >= 0)
		raw = crm_rec_val(r, (size_t)slot);
	struct crm_json_iter it = crm_json_iter(raw);
	while (it.object && crm_json_next(&it, &key, list))
		if (crm_str_starts(key, crm_str_z(prefix)) && crm_str_eq(
		    crm_str_sub(key, strlen(prefix), SIZE_MAX), f->name))
			return true;
	return false;
}

static void
add_merged(struct crm_keyset *k, unsigned what, const struct crm_rec *r,
    struct crm_str region)
{
	int slot = crm_shape_slot(r->shape, CRM_STR("raw"));
	struct crm_str raw, list;
	if (slot < 0)
		return;
	raw = crm_rec_val(r, (size_t)slot);
	if (!memmem(raw.p, raw.n, "\"merged_", 8))
		return;
	for (size_t i = 0; i < r->type->nfields; i++) {
		const struct crm_field *f = &r->type->fields[i];
		if (crm_field_merges(f) && crm_rec_merged(r, f, &list))
			add_value(k, what & ~(1u << CRM_KEY_WORD), r->type, f,
			    list, region);
	}
}

static bool
has_keys(const struct crm_field *f, unsigned what)
{
	return f->kind == CRM_K_REF || f->kind == CRM_K_OBJECT ||
	    (f->text_weight && what & 1u << CRM_KEY_WORD) || ((f->flags &
	    (CRM_F_UNIQUE | CRM_F_KEY | CRM_F_INDEX)) && f->no &&
	    !crm_str_is(f->name, "id"));
}

/* The slots worth a look; first those of tax and phone numbers. */
static void
choose_slots(struct crm_keyset *k, const struct crm_rec *r, unsigned what,
    const struct crm_field *const *f)
{
	k->shape = r->shape;
	k->type = r->type;
	k->what = what;
	k->nslot = k->nlocal = 0;
	crm_grow(&k->slot, &k->capslot, r->shape->n * (size_t)2,
	    sizeof(*k->slot));
	for (uint32_t i = 0; i < r->shape->n; i++)
		if (f[i] && (f[i]->kind == CRM_K_PHONE ||
		    f[i]->kind == CRM_K_TAX))
			k->slot[k->nlocal++] = i;
	k->nslot = k->nlocal;
	for (uint32_t i = 0; i < r->shape->n; i++)
		if (f[i] && has_keys(f[i], what))
			k->slot[k->nslot++] = i;
}

/* Does a value depend on the record's country: a tax number, or a phone number
 * without its country's code? One international number is what most have. */
static bool
is_national(const struct crm_field *f, struct crm_str raw)
{
	if (f->kind != CRM_K_PHONE)
		return true;
	return raw.n < 3 || raw.p[raw.p[0] == '['] != '"' ||
	    raw.p[1 + (raw.p[0] == '[')] != '+' ||
	    memchr(raw.p, ',', raw.n) != NULL;
}

void
crm_record_keys(const struct crm_rec *r, unsigned what,
    struct crm_str region, struct crm_keyset *out)
{
	out->n = 0;
	crm_buf_clear(&out->mem);
	if (!r->type || !r->shape)
		return;
	const struct crm_field *const *f = crm_fieldmap_get(&out->map,
	    r->shape, r->type);
	char code[3];
	if (out->shape != r->shape || out->type != r->type || out->what != what)
		choose_slots(out, r, what, f);
	const uint32_t *slot = out->slot;
	for (size_t i = 0; i < out->nlocal; i++)
		if (is_national(f[slot[i]], crm_rec_val(r, slot[i]))) {
			region = crm_norm_country(r, region, code);
			break;
		}
	for (size_t i = out->nlocal; i < out->nslot; i++)
		add_value(out, what, r->type, f[slot[i]],
		    crm_rec_val(r, slot[i]), region);
	add_merged(out, what, r, region);
	for (size_t i = 0; i < out->n; i++)
		out->k[i].term.p = out->mem.p + (uintptr_t)out->k[i].term.p;
}
