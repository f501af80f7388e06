/* What a list of keys means: their order, fields and shape. */
#include "model/record_layout.h"

/* Where a key stands in the canonical order: schema fields by position,
 * unknown ones behind them as given, created and updated last, then `_`. */
struct place {
	size_t rank, src;
	const struct crm_field *field;
	struct crm_str key;
	bool one;
};

static int
by_place(const void *a, const void *b)
{
	const struct place *x = a, *y = b;
	if (x->rank != y->rank)
		return x->rank < y->rank ? -1 : 1;
	return (x->src > y->src) - (x->src < y->src);
}

static const struct crm_field *
list_of_singular(const struct crm_type *t, struct crm_str key)
{
	const struct crm_field *f = crm_type_field(t, key);
	return f && f->parent < 0 && (f->flags & CRM_F_LIST) &&
	    !crm_str_eq(f->name, key) ? f : NULL;
}

static bool
has_key(const struct crm_json_member *m, size_t n, struct crm_str key)
{
	for (size_t i = 0; i < n; i++)
		if (crm_str_eq(m[i].key, key))
			return true;
	return false;
}

static size_t
rank_of(const struct crm_type *t, const struct crm_field *f,
    struct crm_str key)
{
	static const char *const bare[] = { "id", "type" };
	static const char *const tail[] = { "created", "updated" };
	size_t base = t ? t->nfields : 2;
	for (size_t i = 0; i < 2; i++) {
		if (crm_str_is(key, tail[i]))
			return base + 1 + i;
		if (!t && crm_str_is(key, bare[i]))
			return i;
	}
	if (key.n && key.p[0] == '_')
		return base + 3;
	return f ? crm_field_pos(t, f) : base;
}

static size_t
place_all(const struct crm_reader *rd, const struct crm_type *t,
    const struct crm_json_member *m, size_t n, struct place *p,
    struct crm_line_layout *l)
{
	size_t out = 0;
	bool typed = false;
	for (size_t i = 0; i < n; i++) {
		struct crm_str key = m[i].key;
		const struct crm_field *f = NULL;
		bool one = false;
		if (crm_str_is(key, "rev") || (key.n && key.p[0] == '_' &&
		    !rd->keep_tool)) {
			l->tool[l->ntool++] = (uint16_t)i;
			continue;
		}
		for (size_t k = 0; t && k < t->nfields && !f; k++)
			if (t->fields[k].parent < 0 &&
			    crm_str_eq(t->fields[k].name, key))
				f = &t->fields[k];
		if (!f && t && rd->check) {
			f = list_of_singular(t, key);
			if (f && has_key(m, n, f->name))
				f = NULL;
			one = f != NULL;
		}
		typed = typed || crm_str_is(key, "type");
		p[out++] = (struct place){ rank_of(t, f, one ? f->name : key),
			i, f, one ? f->name : key, one };
	}
	if (t && !typed)
		p[out++] = (struct place){ 1, CRM_SRC_TYPE,
			crm_type_field(t, CRM_STR("type")), CRM_STR("type"),
			false };
	qsort(p, out, sizeof(*p), by_place);
	return out;
}

/* The shape of lines as they stand, for crm_record_peek: of records that tell
 * their type and, if they have one, begin with their id. `rev` is no field: it
 * gets a name nobody asks for, of equal length, as lengths tell where values
 * end. */
static void
as_given(struct crm_reader *rd, struct crm_line_layout *l)
{
	struct crm_str *keys = crm_calloc(l->nin, sizeof(*keys));
	bool right = l->plain && l->type;
	l->type_at = l->rev_at = SIZE_MAX;
	for (size_t i = 0; i < l->nin; i++) {
		keys[i] = l->in[i];
		right = right && (i == 0 || !crm_str_is(keys[i], "id"));
		if (crm_str_is(keys[i], "type"))
			l->type_at = i;
		if (crm_str_is(keys[i], "rev")) {
			l->rev_at = i;
			keys[i] = CRM_STR("\x01\x01\x01");
		}
	}
	if (right && l->type_at < l->nin)
		l->given = crm_shape_intern(rd->shapes, keys, l->nin);
	free(keys);
}

/* Two singular names of one list ("email" twice cannot be, but "emails" was
 * looked for above) leave no equal keys. */
struct crm_line_layout *
crm_line_layout_make(struct crm_reader *rd, const struct crm_type *t,
    const struct crm_json_member *m, size_t n, struct crm_arena *mem)
{
	struct crm_line_layout *l = crm_arena_zalloc(mem, sizeof(*l));
	struct place *p = crm_calloc(n + 1, sizeof(*p));
	l->type = t;
	l->nin = n;
	l->plain = true;
	l->in = crm_arena_alloc(mem, n * sizeof(*l->in));
	for (size_t i = 0; i < n; i++)
		l->in[i] = crm_arena_str(mem, m[i].key);
	for (size_t i = 0; i < n; i++)
		l->plain = l->plain && !m[i].key_esc &&
		    crm_str_chr(m[i].key, '\\') == m[i].key.n;
	l->tool = crm_arena_alloc(mem, n * sizeof(*l->tool));
	l->nout = place_all(rd, t, m, n, p, l);
	l->src = crm_arena_alloc(mem, l->nout * sizeof(*l->src));
	l->field = crm_arena_alloc(mem, l->nout * sizeof(*l->field));
	l->one = crm_arena_alloc(mem, l->nout * sizeof(*l->one));
	l->free = crm_arena_alloc(mem, l->nout * sizeof(*l->free));
	l->same = l->nout == n;
	struct crm_str *keys = crm_calloc(l->nout, sizeof(*keys));
	for (size_t i = 0; i < l->nout; i++) {
		l->src[i] = (uint16_t)p[i].src;
		l->field[i] = p[i].field;
		l->one[i] = p[i].one;
		l->free[i] = !p[i].field || crm_field_is_free(p[i].field);
		keys[i] = p[i].key;
		l->same = l->same && p[i].src == i && !p[i].one;
	}
	l->run = crm_arena_alloc(mem, l->nout * sizeof(*l->run));
	for (size_t i = l->nout; i--;) {
		bool more = i + 1 < l->nout && l->plain && !l->one[i] &&
		    !l->one[i + 1] && l->src[i] != CRM_SRC_TYPE &&
		    l->src[i + 1] == l->src[i] + 1;
		l->run[i] = (uint16_t)(more ? l->run[i + 1] + 1 : 1);
	}
	l->shape = crm_shape_intern(rd->shapes, keys, l->nout);
	free(keys);
	free(p);
	if (rd->peek)
		as_given(rd, l);
	return l;
}
