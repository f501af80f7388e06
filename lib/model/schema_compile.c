/* JSON Schema files -> compiled schemas. Runs at build time for the shipped
 * ones and for `crm schema add`; never when a store is opened. */
#include "model/schema_compile.h"

enum crm_status
crm_schema_wrong(struct crm_compiler *c, struct crm_str field, const char *fmt, ...)
{
	char msg[300];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(msg, sizeof(msg), fmt, ap);
	va_end(ap);
	if (c->err)
		snprintf(c->err->source, sizeof(c->err->source), "%s", c->file);
	return crm_err_field(c->err, CRM_INVALID, "schema.file", field, "%s",
	    msg);
}

static struct crm_str
keep(struct crm_compiler *c, const char *z)
{
	return crm_arena_str(&c->mem, crm_str_z(z));
}

static struct crm_mfield *
find_field(struct crm_mtype *t, struct crm_str name)
{
	for (size_t i = 0; i < t->n; i++)
		if (crm_str_eq(t->f[i].f.name, name))
			return &t->f[i];
	return NULL;
}

static struct crm_mfield *
put_field(struct crm_mtype *t, struct crm_str name, enum crm_group g)
{
	struct crm_mfield *m = find_field(t, name);
	unsigned no = 1;
	if (m) {
		no = m->f.no;
	} else {
		for (size_t i = 0; i < t->n; i++)
			if (t->f[i].f.no >= no)
				no = t->f[i].f.no + 1u;
		crm_grow(&t->f, &t->cap, t->n + 1, sizeof(*t->f));
		m = &t->f[t->n++];
		m->group = g;
	}
	m->f = (struct crm_field){ .name = name, .no = (uint16_t)no };
	return m;
}

struct crm_mtype *
crm_schema_find(struct crm_compiler *c, struct crm_str name)
{
	for (size_t i = 0; i < c->n; i++)
		if (crm_str_eq(c->t[i].name, name))
			return &c->t[i];
	return NULL;
}

static bool
is_true(json_t *o, const char *key)
{
	return json_is_true(json_object_get(o, key));
}

static const char *
text_of(json_t *o, const char *key)
{
	return json_string_value(json_object_get(o, key));
}

static int
kind_by_name(const char *name)
{
	for (unsigned k = 0; k <= CRM_K_QUERY; k++)
		if (strcmp(crm_kind_name(k), name) == 0)
			return (int)k;
	return -1;
}

static int
kind_by_format(const char *format)
{
	static const struct {
		const char *format;
		int kind;
	} map[] = { { "date", CRM_K_DATE }, { "date-time", CRM_K_TIME },
		{ "email", CRM_K_EMAIL }, { "idn-email", CRM_K_EMAIL },
		{ "uri", CRM_K_URL }, { "duration", CRM_K_DURATION } };
	for (size_t i = 0; i < CRM_LEN(map); i++)
		if (strcmp(map[i].format, format) == 0)
			return map[i].kind;
	return CRM_K_TEXT;
}

/* "type", where a list means "this or null": absent is our null. */
static const char *
type_of(json_t *p)
{
	json_t *t = json_object_get(p, "type"), *one;
	size_t i;
	json_array_foreach(t, i, one) {
		const char *z = json_string_value(one);
		if (z && strcmp(z, "null") != 0)
			return z;
	}
	return json_string_value(t);
}

/* The kind of a (non-array) property, or -1 for one we do not know. */
static int
kind_of(json_t *p)
{
	const char *k = text_of(p, "x-crm-kind"), *type = type_of(p);
	if (k)
		return kind_by_name(k);
	if (json_object_get(p, "x-crm-ref"))
		return CRM_K_REF;
	if (json_object_get(p, "enum"))
		return CRM_K_ENUM;
	if (!type)
		return CRM_K_ANY;
	if (strcmp(type, "string") == 0)
		return text_of(p, "format") ?
		    kind_by_format(text_of(p, "format")) : CRM_K_TEXT;
	if (strcmp(type, "object") == 0)
		return json_object_get(p, "properties") ? CRM_K_OBJECT :
		    CRM_K_MAP;
	return strcmp(type, "integer") == 0 ? CRM_K_INT :
	    strcmp(type, "number") == 0 ? CRM_K_NUMBER :
	    strcmp(type, "boolean") == 0 ? CRM_K_BOOL : -1;
}

static int
match_by_name(const char *name)
{
	static const char *const names[] = { "", "given_name", "family_name",
		"name", "organisation", "email", "phone", "date", "code",
		"street", "postcode", "city", "country", "text" };
	for (size_t i = 1; i < CRM_LEN(names); i++)
		if (strcmp(names[i], name) == 0)
			return (int)i;
	return -1;
}

static uint32_t
flags_of(json_t *p)
{
	static const struct {
		const char *key;
		uint32_t flag;
	} map[] = { { "x-crm-unique", CRM_F_UNIQUE },
		{ "x-crm-key", CRM_F_KEY }, { "x-crm-index", CRM_F_INDEX },
		{ "x-crm-personal", CRM_F_PERSONAL },
		{ "x-crm-tool", CRM_F_TOOL }, { "x-crm-append", CRM_F_APPEND },
		{ "x-crm-stage", CRM_F_STAGE },
		{ "x-crm-part", CRM_F_PART } };
	uint32_t flags = 0;
	for (size_t i = 0; i < CRM_LEN(map); i++)
		if (is_true(p, map[i].key))
			flags |= map[i].flag;
	return flags;
}

const struct crm_str *
crm_schema_values(struct crm_compiler *c, json_t *list, uint16_t *n)
{
	size_t all = json_array_size(list);
	*n = all < UINT16_MAX ? (uint16_t)all : UINT16_MAX;
	struct crm_str *v = crm_arena_alloc(&c->mem, *n * sizeof(*v));
	for (size_t i = 0; i < *n; i++) {
		const char *z = json_string_value(json_array_get(list, i));
		v[i] = keep(c, z ? z : "");
	}
	return v;
}

static enum crm_status
details(struct crm_compiler *c, json_t *p, json_t *item, struct crm_field *f)
{
	json_t *weight = json_object_get(p, "x-crm-text");
	const char *as = text_of(p, "x-crm-match");
	f->flags |= flags_of(p);
	if (weight) {
		json_int_t w = json_integer_value(weight);
		if (w < 1 || w > 3)
			return crm_schema_wrong(c, f->name, _("x-crm-text is 1, 2 or 3"));
		f->text_weight = (uint8_t)w;
		f->flags |= CRM_F_FULLTEXT;
	}
	if (as) {
		int m = match_by_name(as);
		if (m < 0)
			return crm_schema_wrong(c, f->name, _("unknown x-crm-match '%s'"),
			    as);
		f->match = (uint8_t)m;
	}
	if (f->kind == CRM_K_ENUM)
		f->values = crm_schema_values(c, json_object_get(item, "enum"),
		    &f->nvalues);
	const char *label = text_of(p, "title");
	if (label)
		f->label = keep(c, label);
	return CRM_OK;
}

/* References to types name them; numbers are known only when all files were
 * read, so the names wait in `values`. */
static void
refs_of(struct crm_compiler *c, json_t *item, struct crm_field *f)
{
	json_t *refs = json_object_get(item, "x-crm-ref");
	if (f->kind != CRM_K_REF || !refs)
		return;
	json_t *list = json_is_array(refs) ? json_incref(refs) :
	    json_pack("[O]", refs);
	f->values = crm_schema_values(c, list, &f->nvalues);
	json_decref(list);
}

static enum crm_status properties(struct crm_compiler *c, struct crm_mtype *t,
    json_t *props, struct crm_str prefix, enum crm_group g, uint32_t inherit);

static enum crm_status
property(struct crm_compiler *c, struct crm_mtype *t, const char *key, json_t *p,
    struct crm_str prefix, enum crm_group g, uint32_t inherit)
{
	struct crm_buf b = { 0 };
	crm_buf_printf(&b, "%.*s%s%s", CRM_FMT(prefix), prefix.n ? "." : "",
	    key);
	struct crm_str name = crm_arena_str(&c->mem, crm_buf_view(&b));
	crm_buf_release(&b);
	if (!json_is_object(p))
		return crm_schema_wrong(c, name, _("a property is an object"));
	if (key[0] == '_' || strpbrk(key, ".:=<>~!\" "))
		return crm_schema_wrong(c, name, _("not a name for a field"));
	const char *type = type_of(p);
	bool list = type && strcmp(type, "array") == 0;
	json_t *item = list ? json_object_get(p, "items") : p;
	int kind = json_is_object(item) ? kind_of(item) : -1;
	if (kind < 0)
		return crm_schema_wrong(c, name, _("unknown type or x-crm-kind"));
	struct crm_mfield *m = put_field(t, name, g);
	m->f.kind = (uint16_t)kind;
	m->f.flags = inherit | (list ? CRM_F_LIST : 0u);
	refs_of(c, item, &m->f);
	enum crm_status st = details(c, p, item, &m->f);
	if (st || kind != CRM_K_OBJECT)
		return st;
	uint32_t down = (inherit & CRM_F_INLIST) | (list ? CRM_F_INLIST : 0u) |
	    (m->f.flags & CRM_F_PERSONAL);
	return properties(c, t, json_object_get(item, "properties"), name, g,
	    down);
}

static enum crm_status
properties(struct crm_compiler *c, struct crm_mtype *t, json_t *props,
    struct crm_str prefix, enum crm_group g, uint32_t inherit)
{
	const char *key;
	json_t *p;
	json_object_foreach(props, key, p) {
		enum crm_status st = property(c, t, key, p, prefix, g, inherit);
		if (st)
			return st;
	}
	return CRM_OK;
}

static void
tool_field(struct crm_compiler *c, struct crm_mtype *t, const char *name, int kind,
    uint32_t flags, enum crm_group g)
{
	if (find_field(t, crm_str_z(name)))
		return;
	struct crm_mfield *m = put_field(t, keep(c, name), g);
	m->f.kind = (uint16_t)kind;
	m->f.flags = flags | CRM_F_TOOL;
}

static void
add_common(struct crm_compiler *c, struct crm_mtype *t)
{
	tool_field(c, t, "id", CRM_K_CODE, CRM_F_UNIQUE | CRM_F_KEY, G_HEAD);
	tool_field(c, t, "type", CRM_K_CODE, 0, G_HEAD);
	tool_field(c, t, "rev", CRM_K_INT, 0, G_HEAD);
	for (size_t i = 0; i < c->common.n; i++) {
		const struct crm_field *f = &c->common.f[i].f;
		if (find_field(t, f->name))
			continue;
		struct crm_mfield *m = put_field(t, f->name, G_COMMON);
		unsigned no = m->f.no;
		m->f = *f;
		m->f.no = (uint16_t)no;
	}
	tool_field(c, t, "created", CRM_K_TIME, 0, G_TAIL);
	tool_field(c, t, "updated", CRM_K_TIME, CRM_F_INDEX, G_TAIL);
}

static unsigned
free_number(const struct crm_compiler *c)
{
	unsigned no = 256;
	for (size_t i = 0; i < c->n; i++)
		if (c->t[i].no >= no)
			no = c->t[i].no + 1;
	return no;
}

static bool
is_type_name(struct crm_str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] <= ' ' || strchr(".:,=\"'()/\\",
		    s.p[i]))
			return false;
	return s.n && s.n <= 64 && !crm_str_is(s, "any");
}

/* The last part of "$id" ("https://example.org/vehicle.schema.json"), else the
 * title in small letters ("Service Plan": service_plan); "" none. */
static struct crm_str
name_of(struct crm_compiler *c, json_t *root)
{
	const char *id = text_of(root, "$id"), *title = text_of(root, "title");
	const char *slash = id ? strrchr(id, '/') : NULL;
	struct crm_str s = crm_str_z(slash ? slash + 1 : id ? id : "");
	if (crm_str_ends(s, CRM_STR(".json")))
		s.n -= 5;
	if (crm_str_ends(s, CRM_STR(".schema")))
		s.n -= 7;
	if (is_type_name(s) || !title)
		return crm_arena_str(&c->mem, s);
	s = crm_arena_str(&c->mem, crm_str_trim(crm_str_z(title)));
	for (char *p = (char *)(uintptr_t)s.p; p < s.p + s.n; p++)
		*p = *p == ' ' ? '_' : *p >= 'A' && *p <= 'Z' ?
		    (char)(*p + 32) : *p;
	return s;
}

static enum crm_status
add_type(struct crm_compiler *c, json_t *root, struct crm_str id)
{
	json_t *number = json_object_get(root, "x-crm-number");
	struct crm_mtype *t = crm_schema_find(c, id);
	if (!is_type_name(id))
		return crm_schema_wrong(c, id, _("not a name for a type"));
	if (!t) {
		unsigned no = free_number(c);
		if (json_is_integer(number) && !c->base)
			no = (unsigned)json_integer_value(number);
		crm_grow(&c->t, &c->cap, c->n + 1, sizeof(*c->t));
		t = &c->t[c->n++];
		*t = (struct crm_mtype){ .name = id, .no = no };
	}
	const char *plural = text_of(root, "x-crm-plural");
	if (plural)
		t->plural = keep(c, plural);
	enum crm_status st = properties(c, t,
	    json_object_get(root, "properties"), (struct crm_str){ 0 }, G_OWN,
	    0);
	if (st)
		return st;
	add_common(c, t);
	json_t *req = json_object_get(root, "required"), *r;
	size_t i;
	json_array_foreach(req, i, r) {
		const char *z = json_string_value(r);
		struct crm_mfield *m = z ? find_field(t, crm_str_z(z)) : NULL;
		if (!m)
			return crm_schema_wrong(c, crm_str_z(z), _("required field is not a property"));
		m->f.flags |= CRM_F_REQUIRED;
	}
	return CRM_OK;
}

static enum crm_status
add_text(struct crm_compiler *c, const struct crm_schema_text *t)
{
	json_error_t je;
	char file[256];
	snprintf(file, sizeof(file), "%.*s", CRM_FMT(t->name));
	c->file = file;
	json_t *root = json_loadb(t->text.p, t->text.n, JSON_REJECT_DUPLICATES,
	    &je);
	enum crm_status st = CRM_OK;
	if (!root) {
		if (c->err)
			c->err->line = je.line > 0 ? (uint64_t)je.line : 0;
		return crm_schema_wrong(c, (struct crm_str){ 0 }, "%s", je.text);
	}
	struct crm_str name = name_of(c, root);
	if (json_object_get(root, "stages")) {
		json_decref(c->stages);
		c->stages = json_incref(json_object_get(root, "stages"));
	} else if (!name.n) {
		st = crm_schema_wrong(c, CRM_STR("$id"), _("the type's name is missing"));
	} else if (is_true(root, "x-crm-common")) {
		st = properties(c, &c->common,
		    json_object_get(root, "properties"), (struct crm_str){ 0 },
		    G_COMMON, 0);
	} else {
		st = add_type(c, root, name);
	}
	json_decref(root);
	return st;
}

static void
load_base(struct crm_compiler *c)
{
	if (!c->base)
		return;
	for (size_t i = 0; i < c->base->ntypes; i++) {
		const struct crm_type *b = &c->base->types[i];
		crm_grow(&c->t, &c->cap, c->n + 1, sizeof(*c->t));
		struct crm_mtype *t = &c->t[c->n++];
		*t = (struct crm_mtype){ .name = b->name, .plural = b->plural,
			.no = b->no };
		enum crm_group g = G_HEAD;
		for (size_t k = 0; k < b->nfields; k++) {
			struct crm_str n = b->fields[k].name;
			if (g == G_HEAD && k >= 3)
				g = G_OWN;
			if (g == G_OWN && crm_str_is(n, "owner"))
				g = G_COMMON;
			if (crm_str_is(n, "created") && k + 2 == b->nfields)
				g = G_TAIL;
			crm_grow(&t->f, &t->cap, t->n + 1, sizeof(*t->f));
			t->f[t->n++] = (struct crm_mfield){ b->fields[k], g };
			if (i == 0 && g == G_COMMON) {
				struct crm_mtype *m = &c->common;
				crm_grow(&m->f, &m->cap, m->n + 1,
				    sizeof(*m->f));
				m->f[m->n++] = t->f[t->n - 1];
			}
		}
	}
}

enum crm_status
crm_schema_compile(const struct crm_schema *base,
    const struct crm_schema_text *texts, size_t n, struct crm_buf *blob,
    struct crm_err *err)
{
	struct crm_compiler c = { .base = base, .err = err };
	enum crm_status st = CRM_OK;
	load_base(&c);
	for (size_t i = 0; i < n && !st; i++)
		st = add_text(&c, &texts[i]);
	if (!st)
		st = crm_schema_put(&c, blob);
	for (size_t i = 0; i < c.n; i++)
		free(c.t[i].f);
	free(c.t);
	free(c.common.f);
	json_decref(c.stages);
	crm_arena_release(&c.mem);
	return st;
}
