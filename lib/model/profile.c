#include "model/profile.h"

#include <jansson.h>

static struct crm_str
keep(struct crm_profile *p, const json_t *v)
{
	return crm_arena_str(&p->mem, (struct crm_str){ json_string_value(v),
		json_string_length(v) });
}

static struct crm_str
member(struct crm_profile *p, const json_t *o, const char *key)
{
	const json_t *v = json_object_get(o, key);
	return json_is_string(v) ? keep(p, v) : (struct crm_str){ "", 0 };
}

void
crm_header_fold(struct crm_buf *b, struct crm_str s)
{
	size_t from = b->n;
	bool blank = false;
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		bool nbsp = c == 0xc2 && i + 1 < s.n &&
		    (unsigned char)s.p[i + 1] == 0xa0;
		if (nbsp || c == ' ' || (c >= '\t' && c <= '\r')) {
			blank = b->n > from;
			i += nbsp;
			continue;
		}
		if (blank)
			crm_buf_c(b, ' ');
		blank = false;
		crm_buf_c(b, (char)(c >= 'A' && c <= 'Z' ? c + 32 : c));
	}
}

static struct crm_str
folded(struct crm_profile *p, struct crm_str s)
{
	struct crm_buf b = { 0 };
	crm_header_fold(&b, s);
	struct crm_str out = crm_arena_str(&p->mem, crm_buf_view(&b));
	crm_buf_release(&b);
	return out;
}

static struct crm_str *
fold_list(struct crm_profile *p, const json_t *list, size_t *n)
{
	*n = json_array_size(list);
	struct crm_str *out = crm_arena_alloc(&p->mem, (*n + 1) * sizeof(*out));
	for (size_t i = 0; i < *n; i++)
		out[i] = folded(p, keep(p, json_array_get(list, i)));
	return out;
}

static const struct crm_enum *
find_enum(const struct crm_profile *p, struct crm_str name)
{
	for (size_t i = 0; i < p->nenums; i++)
		if (crm_str_eq(p->enums[i].name, name))
			return &p->enums[i];
	return NULL;
}

/* "a,b,c" as a list. */
static struct crm_str *
split_list(struct crm_profile *p, struct crm_str s, char at, size_t *n)
{
	struct crm_str one, rest = s;
	*n = 0;
	for (size_t i = 0; i <= s.n; i++)
		*n += i == s.n || s.p[i] == at;
	struct crm_str *out = crm_arena_alloc(&p->mem, *n * sizeof(*out));
	for (size_t i = 0; crm_str_split(&rest, at, &one) && i < *n; i++)
		out[i] = one;
	return out;
}

static const struct {
	const char *name;
	enum crm_conv conv;
} words[] = {
	{ "text", CRM_CV_TEXT }, { "email", CRM_CV_EMAIL },
	{ "phone", CRM_CV_PHONE }, { "number", CRM_CV_NUMBER },
	{ "money", CRM_CV_MONEY }, { "date", CRM_CV_DATE },
	{ "time", CRM_CV_TIME }, { "birthday", CRM_CV_BIRTHDAY },
	{ "bool", CRM_CV_BOOL }, { "enum", CRM_CV_ENUM },
	{ "split", CRM_CV_LIST }, { "ref", CRM_CV_REF },
	{ "refs", CRM_CV_REFS },
	{ "name", CRM_CV_REFNAME }, { "key", CRM_CV_KEY }, { "ext", CRM_CV_EXT },
	{ "duration", CRM_CV_DURATION }, { "epoch", CRM_CV_EPOCH },
	{ "country", CRM_CV_COUNTRY }, { "domain", CRM_CV_DOMAIN },
	{ "language", CRM_CV_LANGUAGE },
	{ "currency", CRM_CV_CURRENCY }, { "json", CRM_CV_JSON },
	{ "auto", CRM_CV_AUTO },
};

/* One word of a column's options: "enum:stage", "label:mobile", "ro". */
static enum crm_status
option(struct crm_profile *p, struct crm_column *c, struct crm_str word,
    struct crm_err *err)
{
	size_t colon = crm_str_chr(word, ':');
	struct crm_str name = crm_str_sub(word, 0, colon);
	struct crm_str arg = crm_str_sub(word, colon + 1, word.n);
	if (crm_str_is(name, "ro")) {
		c->flags |= CRM_COL_READONLY;
		return CRM_OK;
	}
	if (crm_str_is(name, "alpha")) {
		c->flags |= CRM_COL_ALPHA;
		return CRM_OK;
	}
	if (crm_str_is(name, "label")) {
		c->label = arg;
		if (!arg.n)
			c->flags |= CRM_COL_LABEL;
		return CRM_OK;
	}
	if (crm_str_is(name, "line")) {
		c->part = arg.n == 1 ? *arg.p - '0' : 0;
		return CRM_OK;
	}
	if (crm_str_is(name, "with") || crm_str_is(name, "by") ||
	    crm_str_is(name, "zone")) {
		*(*name.p == 'w' ? &c->with : *name.p == 'b' ? &c->by :
		    &c->zone) = folded(p, arg);
		return CRM_OK;
	}
	if (crm_str_is(name, "when")) {
		size_t n;
		c->when = split_list(p, arg, ',', &n);
		if (n == c->nalts)
			return CRM_OK;
	}
	for (size_t i = 0; i < CRM_LEN(words); i++) {
		if (!crm_str_is(name, words[i].name))
			continue;
		c->conv = words[i].conv;
		c->arg = arg;
		if (c->conv == CRM_CV_ENUM && !(c->values = find_enum(p, arg)))
			break;
		return CRM_OK;
	}
	return crm_err_set(err, CRM_INVALID, "profile.syntax",
	    _("column '%.*s': unknown word '%.*s'"), CRM_FMT(c->names[0]),
	    CRM_FMT(word));
}

static enum crm_status
load_column(struct crm_profile *p, const json_t *v, struct crm_column *c,
    struct crm_err *err)
{
	if (json_array_size(v) < 2)
		return crm_err_set(err, CRM_INVALID, "profile.syntax",
		    _("a column is [\"Header|Other header\", \"path\", "
		    "\"word\"...]"));
	c->names = split_list(p, keep(p, json_array_get(v, 0)), '|',
	    &c->nnames);
	c->folded = crm_arena_alloc(&p->mem, c->nnames * sizeof(*c->names));
	for (size_t i = 0; i < c->nnames; i++)
		c->folded[i] = folded(p, c->names[i]);
	c->path = keep(p, json_array_get(v, 1));
	if (crm_str_chr(c->path, '|') < c->path.n) {
		c->alts = split_list(p, c->path, '|', &c->nalts);
		c->path = c->alts[0];
	}
	c->list = crm_str_ends(c->path, CRM_STR("[]"));
	if (c->list)
		c->path.n -= 2;
	size_t dot = crm_str_chr(c->path, '.');
	c->top = crm_str_sub(c->path, 0, dot);
	c->sub = crm_str_sub(c->path, dot + 1, c->path.n);
	enum crm_status st = CRM_OK;
	for (size_t i = 2; !st && i < json_array_size(v); i++)
		st = option(p, c, keep(p, json_array_get(v, i)), err);
	if (crm_str_is(c->top, "ext") && c->conv == CRM_CV_TEXT)
		c->conv = CRM_CV_EXT;
	if (crm_str_is(c->path, "phones") && c->conv == CRM_CV_TEXT)
		c->conv = CRM_CV_PHONE;
	if (crm_str_is(c->path, "language") && c->conv == CRM_CV_TEXT)
		c->conv = CRM_CV_LANGUAGE;
	if (!st && c->nalts && !c->when)
		st = crm_err_set(err, CRM_INVALID, "profile.syntax",
		    _("column '%.*s': several paths need 'when:', one word for "
		    "each"), CRM_FMT(c->names[0]));
	if (p->fold_ids && (c->conv == CRM_CV_EXT || c->conv == CRM_CV_REF))
		c->flags |= CRM_COL_FOLD;
	return st;
}

/* [["TYPE","1","contact"]]: rows in whose column TYPE stands 1 are contacts. */
static void
load_types(struct crm_profile *p, const json_t *list, struct crm_object *o)
{
	o->ntypes = json_array_size(list);
	o->types = crm_arena_zalloc(&p->mem,
	    (o->ntypes + 1) * sizeof(*o->types));
	for (size_t i = 0; i < o->ntypes; i++) {
		const json_t *v = json_array_get(list, i);
		o->types[i] = (struct crm_rowtype){
			folded(p, keep(p, json_array_get(v, 0))),
			keep(p, json_array_get(v, 1)),
			keep(p, json_array_get(v, 2)) };
	}
}

static enum crm_status
load_object(struct crm_profile *p, const json_t *v, struct crm_object *o,
    struct crm_err *err)
{
	o->profile = p;
	o->name = member(p, v, "object");
	o->type = member(p, v, "type");
	o->all = fold_list(p, json_object_get(v, "sniff"), &o->nall);
	o->none = fold_list(p, json_object_get(v, "not"), &o->nnone);
	o->sure = fold_list(p, json_object_get(v, "sure"), &o->nsure);
	load_types(p, json_object_get(v, "types"), o);
	const json_t *cols = json_object_get(v, "columns");
	o->ncolumns = json_array_size(cols);
	o->columns = crm_arena_zalloc(&p->mem,
	    (o->ncolumns + 1) * sizeof(*o->columns));
	enum crm_status st = CRM_OK;
	for (size_t i = 0; !st && i < o->ncolumns; i++)
		st = load_column(p, json_array_get(cols, i), &o->columns[i],
		    err);
	json_t *set = json_object_get(v, "set");
	o->set = crm_arena_zalloc(&p->mem,
	    (json_object_size(set) + 1) * sizeof(*o->set));
	const char *key;
	json_t *val;
	json_object_foreach(set, key, val) {
		char *text = json_dumps(val, JSON_ENCODE_ANY | JSON_COMPACT);
		o->set[o->nset++] = (struct crm_pair){
			crm_arena_str(&p->mem, crm_str_z(key)),
			crm_arena_str(&p->mem, crm_str_z(text)) };
		free(text);
	}
	return st;
}

static void
load_enums(struct crm_profile *p, json_t *all)
{
	const char *name, *theirs;
	json_t *e, *ours;
	p->enums = crm_arena_zalloc(&p->mem,
	    (json_object_size(all) + 1) * sizeof(*p->enums));
	json_object_foreach(all, name, e) {
		struct crm_enum *to = &p->enums[p->nenums++];
		to->name = crm_arena_str(&p->mem, crm_str_z(name));
		to->pair = crm_arena_zalloc(&p->mem,
		    (json_object_size(e) + 1) * sizeof(*to->pair));
		json_object_foreach(e, theirs, ours)
			to->pair[to->n++] = (struct crm_pair){
				crm_arena_str(&p->mem, crm_str_z(theirs)),
				keep(p, ours) };
	}
}

static void
load_head(struct crm_profile *p, const json_t *root)
{
	p->name = member(p, root, "profile");
	p->title = member(p, root, "title");
	p->system = member(p, root, "system");
	p->format = member(p, root, "format");
	if (!p->format.n)
		p->format = CRM_STR("csv");
	p->records = member(p, root, "records");
	p->dates = member(p, root, "dates");
	p->zone = member(p, root, "zone");
	p->fold_ids = json_is_true(json_object_get(root, "fold_ids"));
	const json_t *csv = json_object_get(root, "csv");
	struct crm_str d = member(p, csv, "delimiter");
	struct crm_str q = member(p, csv, "quoting");
	p->delimiter = d.n ? *d.p : ',';
	p->quoting = q.n ? *q.p : 'm';
	p->crlf = json_is_true(json_object_get(csv, "crlf"));
	p->bom = json_is_true(json_object_get(csv, "bom"));
	p->encoding = member(p, csv, "encoding");
	load_enums(p, json_object_get(root, "enums"));
}

enum crm_status
crm_profile_load(struct crm_str text, struct crm_profile **out,
    struct crm_err *err)
{
	json_error_t je;
	json_t *root = json_loadb(text.p, text.n, JSON_REJECT_DUPLICATES, &je);
	*out = NULL;
	if (!root)
		return crm_err_set(err, CRM_INVALID, "profile.syntax",
		    _("line %d: %s"), je.line, je.text);
	struct crm_profile *p = crm_zalloc(sizeof(*p));
	load_head(p, root);
	const json_t *objects = json_object_get(root, "objects");
	p->nobjects = json_array_size(objects);
	p->objects = crm_arena_zalloc(&p->mem,
	    (p->nobjects + 1) * sizeof(*p->objects));
	enum crm_status st = CRM_OK;
	if (!p->name.n || !p->system.n || !p->nobjects)
		st = crm_err_set(err, CRM_INVALID, "profile.syntax",
		    _("a profile has 'profile', 'system' and 'objects'"));
	for (size_t i = 0; !st && i < p->nobjects; i++)
		st = load_object(p, json_array_get(objects, i), &p->objects[i],
		    err);
	json_decref(root);
	if (st)
		crm_profile_free(p);
	else
		*out = p;
	return st;
}

void
crm_profile_free(struct crm_profile *p)
{
	if (!p)
		return;
	crm_arena_release(&p->mem);
	free(p);
}

/* Does the header match the name, in which {n} stands for a number? */
static bool
name_fits(struct crm_str name, struct crm_str header, unsigned *group)
{
	size_t brace = crm_str_chr(name, '{');
	*group = 0;
	if (brace == name.n)
		return crm_str_eq(name, header);
	struct crm_str tail = crm_str_sub(name, brace + 3, name.n);
	size_t i = brace;
	if (header.n < brace || memcmp(name.p, header.p, brace))
		return false;
	while (i < header.n && i < brace + 4 && header.p[i] >= '0' &&
	    header.p[i] <= '9')
		*group = *group * 10 + (unsigned)(header.p[i++] - '0');
	return i > brace && crm_str_eq(crm_str_sub(header, i, header.n), tail);
}

bool
crm_object_sure(const struct crm_object *o, const struct crm_str *headers,
    size_t n)
{
	unsigned group;
	for (size_t k = 0; k < o->nsure; k++)
		for (size_t i = 0; i < n; i++)
			if (name_fits(o->sure[k], headers[i], &group))
				return true;
	return false;
}

bool
crm_object_fits(const struct crm_object *o, const struct crm_str *headers,
    size_t n)
{
	unsigned group;
	if (crm_object_sure(o, headers, n))
		return true;
	for (size_t k = 0; k < o->nall; k++) {
		bool found = false;
		for (size_t i = 0; i < n && !found; i++) {
			struct crm_str rest = o->all[k], one;
			while (!found && crm_str_split(&rest, '|', &one))
				found = name_fits(one, headers[i], &group);
		}
		if (!found)
			return false;
	}
	for (size_t k = 0; k < o->nnone; k++)
		for (size_t i = 0; i < n; i++)
			if (name_fits(o->none[k], headers[i], &group))
				return false;
	return o->nall > 0;
}

const struct crm_column *
crm_object_column(const struct crm_object *o, struct crm_str header,
    size_t occurrence, unsigned *group)
{
	for (size_t i = 0; i < o->ncolumns; i++) {
		const struct crm_column *c = &o->columns[i];
		for (size_t k = 0; k < c->nnames; k++)
			if (name_fits(c->folded[k], header, group) &&
			    occurrence-- == 0)
				return c;
	}
	return NULL;
}
