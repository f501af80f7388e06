#include "score/dataset.h"

#include <math.h>

#include "base/decimal.h"
#include "base/hash.h"
#include "base/time.h"
#include "format/json.h"
#include "score/outcome.h"

bool
crm_data_find(const struct crm_rec *r, struct crm_str path, struct crm_str *out)
{
	int slot = crm_shape_slot(r->shape, path);
	for (size_t i = 0; i < path.n && slot < 0; i++) {
		if (path.p[i] != '.')
			continue;
		slot = crm_shape_slot(r->shape, crm_str_sub(path, 0, i));
		if (slot >= 0)
			return crm_json_get(crm_rec_val(r, (size_t)slot),
			    crm_str_sub(path, i + 1, path.n - i - 1), out);
	}
	if (slot >= 0)
		*out = crm_rec_val(r, (size_t)slot);
	return slot >= 0;
}

static bool
is_moment(struct crm_str s)
{
	int64_t t;
	int32_t day;
	return s.n >= 10 && s.p[4] == '-' &&
	    (crm_time_parse(s, &t) || crm_date_parse(s, &day));
}

enum crm_data_kind
crm_data_scalar(struct crm_str val, struct crm_buf *b, struct crm_str *level,
    double *number)
{
	char kind = crm_json_kind(val);
	*number = NAN;
	if (kind == 'n' || kind == '{' || kind == '[')
		return CRM_DATA_NONE;
	*level = crm_str_trim(crm_json_text_view(val, b));
	struct crm_dec d;
	if (level->n == 0)
		return CRM_DATA_NONE;
	if (kind != 't' && kind != 'f' && crm_dec_parse(*level, &d)) {
		*number = crm_dec_double(d);
		return CRM_DATA_NUMBER;
	}
	if (level->n > CRM_LEVEL_MAX || is_moment(*level) ||
	    crm_str_chr(*level, '@') < level->n)
		*level = CRM_STR("(any)");
	return CRM_DATA_TEXT;
}

static struct crm_data_field *
field_at(struct crm_dataset *d, struct crm_str path, uint32_t *no)
{
	bool fresh;
	struct crm_map_entry *e = crm_map_put(&d->fields, path, &fresh);
	if (fresh) {
		e->v.u = d->fields.n - 1;
		crm_grow(&d->field, &d->capfields, d->fields.n,
		    sizeof(*d->field));
		d->field[e->v.u] = (struct crm_data_field){ .path = e->key };
	}
	*no = (uint32_t)e->v.u;
	return &d->field[*no];
}

static void
add_level(struct crm_dataset *d, struct crm_str path, struct crm_str level,
    double number, bool list)
{
	uint32_t no;
	bool fresh;
	struct crm_data_row *row = &d->row[d->n - 1];
	struct crm_data_field *f = field_at(d, path, &no);
	struct crm_map_entry *e = crm_map_put(&f->levels, level, &fresh);
	if (fresh) {
		e->v.u = f->levels.n - 1;
		crm_grow(&f->level, &f->caplevels, f->levels.n,
		    sizeof(*f->level));
		f->level[e->v.u] = (struct crm_data_level){ { 0, 0 }, number };
	}
	bool seen = false;
	for (size_t i = d->nvalues; list && i > row->from; i--) {
		if (d->value[i - 1].field != no)
			break;
		if (d->value[i - 1].level == e->v.u)
			return;	/* a tag that stands twice counts once */
		seen = true;
	}
	f->present[row->outcome] += !seen;
	f->level[e->v.u].count[row->outcome]++;
	f->list = f->list || list;
	f->values++;
	crm_grow(&d->value, &d->capvalues, d->nvalues + 1, sizeof(*d->value));
	d->value[d->nvalues++] = (struct crm_data_value){ no,
		(uint32_t)e->v.u, number };
	row->n++;
}

static void
add_list(struct crm_dataset *d, struct crm_str path, struct crm_str val)
{
	enum { MOST = 256 };
	struct crm_json_iter it = crm_json_iter(val);
	struct crm_str none, e, level;
	double number;
	size_t objects = 0;
	for (size_t i = 0; i < MOST && crm_json_next(&it, &none, &e); i++) {
		if (crm_json_kind(e) == '{')
			objects++;
		else if (crm_data_scalar(e, &d->tmp, &level, &number))
			add_level(d, path, level, NAN, true);
	}
	if (objects) {
		char text[24];
		snprintf(text, sizeof(text), "%zu", objects);
		add_level(d, path, crm_str_z(text), (double)objects, false);
	}
}

static bool
wanted(struct crm_str path, const struct crm_str *fields, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (crm_str_eq(fields[i], path))
			return true;
	return n == 0;
}

/* Fields that say nothing about the next record. */
static bool
is_identity(struct crm_str key)
{
	static const char *const names[] = { "id", "type", "rev", "created",
		"updated", "ext", "raw", "attachments", "labels", "notes" };
	for (size_t i = 0; i < CRM_LEN(names); i++)
		if (crm_str_is(key, names[i]))
			return true;
	return key.n == 0 || key.p[0] == '_';
}

static void
add_value(struct crm_dataset *d, struct crm_str path, struct crm_str val,
    const struct crm_str *fields, size_t nfields)
{
	struct crm_str level;
	double number;
	if (!wanted(path, fields, nfields) || crm_str_eq(path, d->told))
		return;
	if (crm_json_kind(val) == '[')
		add_list(d, path, val);
	else if (crm_data_scalar(val, &d->tmp, &level, &number))
		add_level(d, path, level, number, false);
}

static void
add_object(struct crm_dataset *d, struct crm_str key, struct crm_str val,
    const struct crm_str *fields, size_t nfields)
{
	struct crm_json_iter it = crm_json_iter(val);
	struct crm_str leaf, v;
	struct crm_buf path = { 0 };
	while (crm_json_next(&it, &leaf, &v)) {
		crm_buf_clear(&path);
		crm_buf_str(&path, key);
		crm_buf_c(&path, '.');
		crm_buf_str(&path, leaf);
		add_value(d, crm_buf_view(&path), v, fields, nfields);
	}
	crm_buf_release(&path);
}

void
crm_dataset_add(struct crm_dataset *d, const struct crm_rec *r, bool outcome,
    struct crm_data_part part, const struct crm_str *fields, size_t nfields)
{
	static const uint8_t key[16] = { 0 };
	crm_grow(&d->row, &d->caprows, d->n + 1, sizeof(*d->row));
	struct crm_data_row *row = &d->row[d->n++];
	*row = (struct crm_data_row){ crm_siphash(key, r->line.p, r->line.n) ^
		crm_siphash(key, part.value.p, part.value.n), d->nvalues, 0,
		outcome };
	d->count[outcome]++;
	d->kinds |= crm_outcome_kind(r);
	for (size_t i = 0; i < r->shape->n; i++) {
		struct crm_str k = r->shape->keys[i], v = crm_rec_val(r, i);
		if (is_identity(k))
			continue;
		if (crm_json_kind(v) == '{')
			add_object(d, k, v, fields, nfields);
		else
			add_value(d, k, v, fields, nfields);
	}
	if (part.name.n)
		add_level(d, part.name, part.value, NAN, false);
}

static int
by_hash(const void *va, const void *vb)
{
	const struct crm_data_row *a = va, *b = vb;
	if (a->hash != b->hash)
		return a->hash < b->hash ? -1 : 1;
	return a->outcome - b->outcome;
}

void
crm_dataset_sort(struct crm_dataset *d)
{
	if (d->n)
		qsort(d->row, d->n, sizeof(*d->row), by_hash);
}

void
crm_dataset_release(struct crm_dataset *d)
{
	for (size_t i = 0; i < d->fields.n; i++) {
		crm_map_release(&d->field[i].levels);
		free(d->field[i].level);
	}
	crm_map_release(&d->fields);
	free(d->field);
	free(d->value);
	free(d->row);
	crm_buf_release(&d->tmp);
	*d = (struct crm_dataset){ 0 };
}
