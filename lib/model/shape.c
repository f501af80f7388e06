/* Shapes, the fields in their slots, and reading a value of a record. */
#include "model/record.h"

const struct crm_shape *
crm_shape_intern(struct crm_shapes *t, const struct crm_str *keys, size_t n)
{
	struct crm_buf b = { 0 };
	for (size_t i = 0; i < n; i++) {
		crm_buf_str(&b, keys[i]);
		crm_buf_c(&b, '\0');
	}
	bool fresh;
	struct crm_map_entry *e = crm_map_put(&t->map, crm_buf_view(&b),
	    &fresh);
	crm_buf_release(&b);
	if (!fresh)
		return e->v.p;
	struct crm_shape *s = crm_arena_alloc(&t->mem, sizeof(*s));
	struct crm_str *k = crm_arena_alloc(&t->mem, n * sizeof(*k));
	for (size_t i = 0; i < n; i++)
		k[i] = crm_arena_str(&t->mem, keys[i]);
	*s = (struct crm_shape){ .no = (uint32_t)t->n, .n = (uint32_t)n,
		.keys = k };
	crm_grow(&t->all, &t->cap, t->n + 1, sizeof(*t->all));
	t->all[t->n++] = s;
	e->v.p = s;
	return s;
}

void
crm_shapes_release(struct crm_shapes *t)
{
	crm_map_release(&t->map);
	crm_arena_release(&t->mem);
	free(t->all);
	*t = (struct crm_shapes){ 0 };
}

int
crm_shape_slot(const struct crm_shape *s, struct crm_str key)
{
	for (uint32_t i = 0; i < s->n; i++)
		if (crm_json_eq(s->keys[i], key))
			return (int)i;
	return -1;
}

static const struct crm_field *
top_field(const struct crm_type *t, struct crm_str key)
{
	for (size_t i = 0; t && i < t->nfields; i++)
		if (t->fields[i].parent < 0 &&
		    crm_str_eq(t->fields[i].name, key))
			return &t->fields[i];
	return NULL;
}

static size_t
fieldmap_slot(const struct crm_fieldmap *m, const struct crm_shape *s,
    const struct crm_type *t)
{
	size_t i = (((uintptr_t)s >> 4) * 31 + ((uintptr_t)t >> 4)) &
	    (m->cap - 1);
	while (m->e[i].shape && (m->e[i].shape != s || m->e[i].type != t))
		i = (i + 1) & (m->cap - 1);
	return i;
}

static void
fieldmap_grow(struct crm_fieldmap *m)
{
	struct crm_fieldmap old = *m;
	m->cap = old.cap ? old.cap * 2 : 16;
	m->e = crm_calloc(m->cap, sizeof(*m->e));
	for (size_t i = 0; i < old.cap; i++)
		if (old.e[i].shape)
			m->e[fieldmap_slot(m, old.e[i].shape, old.e[i].type)] =
			    old.e[i];
	free(old.e);
}

const struct crm_field *const *
crm_fieldmap_get(struct crm_fieldmap *m, const struct crm_shape *s,
    const struct crm_type *t)
{
	if ((m->n + 1) * 2 > m->cap)
		fieldmap_grow(m);
	struct crm_fieldmap_ent *e = &m->e[fieldmap_slot(m, s, t)];
	if (e->shape)
		return e->field;
	e->shape = s;
	e->type = t;
	e->field = crm_calloc(s->n, sizeof(*e->field));
	for (uint32_t i = 0; i < s->n; i++)
		e->field[i] = top_field(t, s->keys[i]);
	m->n++;
	return e->field;
}

void
crm_fieldmap_release(struct crm_fieldmap *m)
{
	for (size_t i = 0; i < m->cap; i++)
		free(m->e[i].field);
	free(m->e);
	*m = (struct crm_fieldmap){ 0 };
}

bool
crm_rec_get(const struct crm_rec *r, struct crm_str path, struct crm_str *val)
{
	struct crm_str rest = path, part;
	if (!r->shape || !crm_str_split(&rest, '.', &part))
		return false;
	int slot = crm_shape_slot(r->shape, part);
	if (slot < 0)
		return false;
	*val = crm_rec_val(r, (size_t)slot);
	return !rest.p || crm_json_path(*val, rest, val);
}

struct crm_str
crm_rec_id(const struct crm_rec *r)
{
	struct crm_str v;
	if (r->shape && r->shape->n && crm_str_is(r->shape->keys[0], "id")) {
		v = crm_rec_val(r, 0);
		if (crm_json_is_string(v))
			return crm_json_inner(v);
	}
	return (struct crm_str){ NULL, 0 };
}

void
crm_rec_print(const struct crm_rec *r, struct crm_buf *out)
{
	size_t at = r->line.n;
	for (uint32_t i = 0; r->rev && i < r->shape->n && i < 2; i++)
		if (crm_str_is(r->shape->keys[i], "type"))
			at = crm_rec_off(r, i) + crm_rec_val(r, i).n;
	crm_buf_add(out, r->line.p, at);
	if (at == r->line.n)
		return;
	crm_buf_z(out, ",\"rev\":");
	crm_buf_u64(out, r->rev);
	crm_buf_add(out, r->line.p + at, r->line.n - at);
}
