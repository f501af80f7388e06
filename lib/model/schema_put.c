/* Compiled schemas: writing the blob. */
#include "model/schema_compile.h"

static void
put(struct crm_buf *b, uint32_t v, unsigned bytes)
{
	for (unsigned i = 0; i < bytes; i++)
		crm_buf_c(b, (char)(v >> (8 * i)));
}

static void
put_str(struct crm_buf *b, struct crm_str s)
{
	put(b, (uint32_t)s.n, 2);
	crm_buf_str(b, s);
}

static void
put_strs(struct crm_buf *b, const struct crm_str *s, size_t n)
{
	put(b, (uint32_t)n, 2);
	for (size_t i = 0; i < n; i++)
		put_str(b, s[i]);
}

/* Names of types become numbers; a name nobody has is left out ("any"). */
static void
put_refs(struct crm_compiler *c, struct crm_buf *b, const struct crm_field *f)
{
	if (f->kind != CRM_K_REF || f->nrefs) {
		put_strs(b, f->values, f->nvalues);
		put(b, (uint32_t)f->nrefs, 2);
		for (size_t i = 0; i < f->nrefs; i++)
			put(b, f->refs[i], 2);
		return;
	}
	size_t n = 0;
	for (size_t i = 0; i < f->nvalues; i++)
		n += crm_schema_find(c, f->values[i]) != NULL;
	put(b, 0, 2);
	put(b, (uint32_t)n, 2);
	for (size_t i = 0; i < f->nvalues; i++) {
		const struct crm_mtype *t = crm_schema_find(c, f->values[i]);
		if (t)
			put(b, t->no, 2);
	}
}

/* Position + 1 of the object a field lies in, 0 without; `order` lists the
 * fields as they are written. */
static uint32_t
parent_of(struct crm_mfield **order, size_t at)
{
	struct crm_str name = order[at]->f.name;
	size_t dot = name.n;
	while (dot && name.p[dot - 1] != '.')
		dot--;
	for (size_t i = 0; dot && i < at; i++)
		if (crm_str_eq(order[i]->f.name, crm_str_sub(name, 0, dot - 1)))
			return (uint32_t)i + 1;
	return 0;
}

/* True if field a belongs right behind b's object: same object or inside. */
static bool
inside(struct crm_str a, struct crm_str object)
{
	return a.n > object.n && crm_str_starts(a, object) &&
	    a.p[object.n] == '.';
}

/* Fields in key order: by group, each object's leaves behind it. */
static size_t
ordered(struct crm_mtype *t, struct crm_mfield **order)
{
	size_t n = 0;
	for (int g = G_HEAD; g <= G_TAIL; g++)
		for (size_t i = 0; i < t->n; i++) {
			struct crm_mfield *m = &t->f[i];
			bool top = crm_str_chr(m->f.name, '.') == m->f.name.n;
			if ((int)m->group != g || !top)
				continue;
			order[n++] = m;
			for (size_t k = 0; k < t->n; k++)
				if (inside(t->f[k].f.name, m->f.name))
					order[n++] = &t->f[k];
		}
	return n;
}

static void
put_type(struct crm_compiler *c, struct crm_buf *b, struct crm_mtype *t)
{
	struct crm_mfield **order = crm_calloc(t->n, sizeof(*order));
	size_t n = ordered(t, order);
	put(b, t->no, 2);
	put_str(b, t->name);
	put_str(b, t->plural);
	put(b, (uint32_t)n, 2);
	for (size_t i = 0; i < n; i++) {
		const struct crm_field *f = &order[i]->f;
		put_str(b, f->name);
		put_str(b, f->label);
		put(b, f->kind, 1);
		put(b, f->no, 2);
		put(b, f->flags, 4);
		put(b, parent_of(order, i), 2);
		put(b, f->text_weight, 1);
		put(b, f->match, 1);
		put_refs(c, b, f);
	}
	free(order);
}

static int
by_number(const void *a, const void *b)
{
	const struct crm_mtype *x = a, *y = b;
	return (x->no > y->no) - (x->no < y->no);
}

static void
put_base_stages(const struct crm_schema *s, struct crm_buf *b)
{
	put(b, s ? (uint32_t)s->nstages : 0, 2);
	for (size_t i = 0; s && i < s->nstages; i++) {
		const struct crm_stage *g = &s->stages[i];
		put_str(b, g->name);
		put_str(b, g->category);
		put(b, (uint32_t)g->order, 4);
		put(b, (uint32_t)g->probability, 4);
		put(b, (uint32_t)g->rot_days, 4);
		put(b, g->kind, 1);
		put_strs(b, g->require, g->nrequire);
		put_strs(b, g->next, g->nnext);
	}
}

static const char *
text_of(json_t *o, const char *key)
{
	return json_string_value(json_object_get(o, key));
}

static enum crm_status
put_stage(struct crm_compiler *c, struct crm_buf *b, json_t *s)
{
	const char *name = text_of(s, "name"), *kind = text_of(s, "kind");
	const char *cat = text_of(s, "category");
	json_int_t p = json_integer_value(json_object_get(s, "probability"));
	c->file = "stages";
	if (!name)
		return crm_schema_wrong(c, CRM_STR("stages"), _("a stage has no name"));
	if (p < 0 || p > 100)
		return crm_schema_wrong(c, crm_str_z(name),
		    _("probability is from 0 to 100"));
	int k = !kind || strcmp(kind, "open") == 0 ? 0 :
	    strcmp(kind, "won") == 0 ? 1 : strcmp(kind, "lost") == 0 ? 2 : -1;
	if (k < 0)
		return crm_schema_wrong(c, crm_str_z(name),
		    _("kind is open, won or lost"));
	put_str(b, crm_str_z(name));
	put_str(b, crm_str_z(cat));
	put(b, (uint32_t)json_integer_value(json_object_get(s, "order")), 4);
	put(b, (uint32_t)p, 4);
	put(b, (uint32_t)json_integer_value(json_object_get(s, "rot_days")), 4);
	put(b, (uint32_t)k, 1);
	uint16_t n;
	const struct crm_str *v = crm_schema_values(c, json_object_get(s, "require"),
	    &n);
	put_strs(b, v, n);
	v = crm_schema_values(c, json_object_get(s, "next"), &n);
	put_strs(b, v, n);
	return CRM_OK;
}

enum crm_status
crm_schema_put(struct crm_compiler *c, struct crm_buf *b)
{
	qsort(c->t, c->n, sizeof(*c->t), by_number);
	crm_buf_add(b, CRM_BLOB_MAGIC, 4);
	put(b, (uint32_t)c->n, 2);
	for (size_t i = 0; i < c->n; i++)
		put_type(c, b, &c->t[i]);
	if (!c->stages) {
		put_base_stages(c->base, b);
		return CRM_OK;
	}
	put(b, (uint32_t)json_array_size(c->stages), 2);
	json_t *s;
	size_t i;
	json_array_foreach(c->stages, i, s) {
		enum crm_status st = put_stage(c, b, s);
		if (st)
			return st;
	}
	return CRM_OK;
}
