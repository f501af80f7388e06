/* Compiled schemas: reading the blob and finding types and fields in it. The
 * lists are short and looked up while parsing arguments or once per shape, so
 * they are searched in order; building maps would cost every start. */
#include "model/schema.h"

#include "model/schema_blob.h"

static const char *const kind_names[] = { "any", "text", "name", "code",
	"enum", "bool", "int", "number", "money", "currency", "date",
	"birthday", "time", "duration", "email", "phone", "url", "domain",
	"country", "language", "zone", "tax", "ref", "object", "map",
	"query" };

const char *
crm_kind_name(unsigned kind)
{
	return kind < CRM_LEN(kind_names) ? kind_names[kind] : "any";
}

struct reader {
	const uint8_t *p, *end;
	struct crm_arena *mem;
	bool bad;
};

static bool
has(struct reader *r, size_t bytes)
{
	if ((size_t)(r->end - r->p) >= bytes)
		return true;
	r->bad = true;
	return false;
}

static unsigned
get8(struct reader *r)
{
	return has(r, 1) ? *r->p++ : 0u;
}

static unsigned
get16(struct reader *r)
{
	if (!has(r, 2))
		return 0;
	unsigned v = r->p[0] | (unsigned)r->p[1] << 8;
	r->p += 2;
	return v;
}

static uint32_t
get32(struct reader *r)
{
	uint32_t low = get16(r);
	return low | (uint32_t)get16(r) << 16;
}

static struct crm_str
get_str(struct reader *r)
{
	size_t n = get16(r);
	if (!has(r, n))
		return (struct crm_str){ NULL, 0 };
	struct crm_str s = { (const char *)r->p, n };
	r->p += n;
	return s;
}

static const struct crm_str *
get_strs(struct reader *r, uint16_t *n)
{
	*n = (uint16_t)get16(r);
	if (*n == 0 || !has(r, *n * 2u)) {
		*n = 0;
		return NULL;
	}
	struct crm_str *s = crm_arena_alloc(r->mem, *n * sizeof(*s));
	for (size_t i = 0; i < *n; i++)
		s[i] = get_str(r);
	return s;
}

static void
get_field(struct reader *r, unsigned type_no, struct crm_field *f)
{
	f->name = get_str(r);
	f->label = get_str(r);
	f->kind = (uint16_t)get8(r);
	f->no = (uint16_t)get16(r);
	f->flags = get32(r);
	f->parent = (int32_t)get16(r) - 1;
	f->text_weight = (uint8_t)get8(r);
	f->match = (uint8_t)get8(r);
	f->values = get_strs(r, &f->nvalues);
	f->nrefs = (uint16_t)get16(r);
	if (f->nrefs && has(r, f->nrefs * 2u)) {
		uint16_t *refs = crm_arena_alloc(r->mem,
		    f->nrefs * sizeof(*refs));
		for (size_t i = 0; i < f->nrefs; i++)
			refs[i] = (uint16_t)get16(r);
		f->refs = refs;
	}
	f->index = (uint32_t)type_no << 16 | f->no;
	f->leaf = f->name;
	for (size_t i = f->name.n; i-- > 0;)
		if (f->name.p[i] == '.') {
			f->leaf = crm_str_sub(f->name, i + 1, SIZE_MAX);
			break;
		}
}

static void
get_type(struct reader *r, struct crm_type *t)
{
	t->no = (uint16_t)get16(r);
	t->name = get_str(r);
	t->plural = get_str(r);
	t->nfields = get16(r);
	if (r->bad || t->nfields > (size_t)(r->end - r->p) / 16) {
		r->bad = true;
		return;
	}
	struct crm_field *f =
	    crm_arena_zalloc(r->mem, t->nfields * sizeof(*f));
	for (size_t i = 0; i < t->nfields && !r->bad; i++) {
		get_field(r, t->no, &f[i]);
		if (f[i].parent >= (int32_t)i)
			r->bad = true;
	}
	t->fields = f;
}

static void
get_stage(struct reader *r, struct crm_stage *s)
{
	s->name = get_str(r);
	s->category = get_str(r);
	s->order = (int)get32(r);
	s->probability = (int)get32(r);
	s->rot_days = (int)get32(r);
	s->kind = get8(r) % 3;
	s->require = get_strs(r, &s->nrequire);
	s->next = get_strs(r, &s->nnext);
}

static void
note_key(struct crm_schema *s, struct crm_str leaf)
{
	for (size_t i = 0; i < s->nkeys; i++)
		if (crm_str_eq(s->keys[i], leaf))
			return;
	crm_grow(&s->keys, &s->keys_cap, s->nkeys + 1, sizeof(*s->keys));
	s->keys[s->nkeys++] = leaf;
}

/* For crm_schema_may_key. */
static void
note_keys(struct crm_schema *s)
{
	for (size_t i = 0; i < s->ntypes; i++) {
		const struct crm_type *t = &s->types[i];
		for (size_t j = 0; j < t->nfields; j++)
			if (t->fields[j].flags & (CRM_F_KEY | CRM_F_UNIQUE))
				note_key(s, t->fields[j].leaf);
	}
}

static bool
get_schema(struct crm_schema *s, struct crm_str blob)
{
	struct reader r = { .p = (const uint8_t *)blob.p, .mem = &s->mem };
	r.end = r.p + blob.n;
	get32(&r);	/* the magic, checked by the caller */
	s->ntypes = get16(&r);
	if (r.bad || s->ntypes > blob.n)
		return false;
	s->types = crm_arena_zalloc(&s->mem, s->ntypes * sizeof(*s->types));
	for (size_t i = 0; i < s->ntypes && !r.bad; i++)
		get_type(&r, &s->types[i]);
	s->nstages = get16(&r);
	if (r.bad || s->nstages > blob.n)
		return false;
	note_keys(s);
	s->stages = crm_arena_zalloc(&s->mem, s->nstages * sizeof(*s->stages));
	for (size_t i = 0; i < s->nstages && !r.bad; i++)
		get_stage(&r, &s->stages[i]);
	return !r.bad;
}

/* The blob is s's own, or outlives it. */
static enum crm_status
load(struct crm_schema *s, struct crm_str blob, struct crm_schema **out,
    struct crm_err *err)
{
	enum crm_status st = CRM_OK;
	s->blob = blob;
	if (blob.n < 4 || memcmp(blob.p, CRM_BLOB_MAGIC, 3) != 0)
		st = crm_err_set(err, CRM_CORRUPT, "schema.blob",
		    _("the store's schemas are damaged"));
	else if (blob.p[3] != CRM_BLOB_MAGIC[3])
		st = crm_err_set(err, CRM_VERSION, "schema.version",
		    _("the store's schemas are of a newer format"));
	else if (!get_schema(s, blob))
		st = crm_err_set(err, CRM_CORRUPT, "schema.blob",
		    _("the store's schemas are damaged"));
	if (st)
		crm_schema_free(s);
	else
		*out = s;
	return st;
}

enum crm_status
crm_schema_load(struct crm_str blob, struct crm_schema **out,
    struct crm_err *err)
{
	struct crm_schema *s = crm_zalloc(sizeof(*s));
	return load(s, crm_arena_str(&s->mem, blob), out, err);
}

enum crm_status
crm_schema_borrow(struct crm_str blob, struct crm_schema **out,
    struct crm_err *err)
{
	return load(crm_zalloc(sizeof(struct crm_schema)), blob, out, err);
}

void
crm_schema_free(struct crm_schema *s)
{
	if (!s)
		return;
	crm_arena_release(&s->mem);
	free(s->keys);
	free(s);
}

const struct crm_type *
crm_schema_type(const struct crm_schema *s, struct crm_str name)
{
	for (size_t i = 0; i < s->ntypes; i++)
		if (crm_str_eq(s->types[i].name, name) ||
		    crm_str_eq(s->types[i].plural, name))
			return &s->types[i];
	return NULL;
}

const struct crm_type *
crm_schema_type_no(const struct crm_schema *s, unsigned no)
{
	for (size_t i = 0; i < s->ntypes; i++)
		if (s->types[i].no == no)
			return &s->types[i];
	return NULL;
}

/* "email" names the list "emails", "category" would name "categories". */
static bool
is_singular(struct crm_str list, struct crm_str one)
{
	if (list.n == one.n + 1 && list.p[one.n] == 's')
		return crm_str_starts(list, one);
	return one.n > 1 && one.p[one.n - 1] == 'y' && list.n == one.n + 2 &&
	    memcmp(list.p, one.p, one.n - 1) == 0 &&
	    memcmp(list.p + one.n - 1, "ies", 3) == 0;
}

bool
crm_schema_may_key(const struct crm_schema *s, struct crm_str name)
{
	size_t from = name.n;
	while (from > 0 && name.p[from - 1] != '.')
		from--;
	struct crm_str leaf = crm_str_sub(name, from, SIZE_MAX);
	bool may = false;
	for (size_t i = 0; !may && i < s->nkeys; i++)
		may = crm_str_eq(s->keys[i], leaf) ||
		    is_singular(s->keys[i], leaf);
	return may;
}

const struct crm_field *
crm_type_field(const struct crm_type *t, struct crm_str name)
{
	const struct crm_field *leaf = NULL;
	size_t leaves = 0;
	for (size_t i = 0; i < t->nfields; i++)
		if (crm_str_eq(t->fields[i].name, name))
			return &t->fields[i];
	for (size_t i = 0; i < t->nfields; i++) {
		const struct crm_field *f = &t->fields[i];
		if ((f->flags & CRM_F_LIST) && f->parent < 0 &&
		    is_singular(f->name, name))
			return f;
		if (f->parent >= 0 && !(f->flags & CRM_F_INLIST) &&
		    crm_str_eq(f->leaf, name)) {
			leaf = f;
			leaves++;
		}
	}
	return leaves == 1 ? leaf : NULL;
}

struct crm_str
crm_type_nearest(const struct crm_type *t, struct crm_str name)
{
	struct crm_near n;
	crm_near_init(&n, name);
	for (size_t i = 0; i < t->nfields; i++) {
		crm_near_try(&n, t->fields[i].name);
		if (t->fields[i].parent >= 0)
			crm_near_try(&n, t->fields[i].leaf);
	}
	return crm_near_best(&n);
}

struct crm_str
crm_schema_nearest_type(const struct crm_schema *s, struct crm_str name)
{
	struct crm_near n;
	crm_near_init(&n, name);
	for (size_t i = 0; i < s->ntypes; i++) {
		crm_near_try(&n, s->types[i].name);
		crm_near_try(&n, s->types[i].plural);
	}
	return crm_near_best(&n);
}

struct crm_str
crm_schema_nearest_stage(const struct crm_schema *s, struct crm_str name)
{
	struct crm_near n;
	crm_near_init(&n, name);
	for (size_t i = 0; i < s->nstages; i++)
		crm_near_try(&n, s->stages[i].name);
	return crm_near_best(&n);
}

const struct crm_stage *
crm_schema_stage(const struct crm_schema *s, struct crm_str name)
{
	for (size_t i = 0; i < s->nstages; i++)
		if (crm_str_eq(s->stages[i].name, name))
			return &s->stages[i];
	return NULL;
}
