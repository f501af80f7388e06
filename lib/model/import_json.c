/* JSON exports: an array of objects, objects one after another, or objects
 * under a member the profile names ("d.results"). */
#include "model/import.h"

#include "model/item.h"

enum { ITEM_MAX = 8 << 20, WRAP_MAX = 1 << 20 };

struct objects {
	struct crm_buf in;
	size_t scan, done, start;	/* done: given out up to here */
	uint64_t line, start_line;
	unsigned depth, list_depth;	/* depth of the elements' array */
	bool string, escape, have_list, decided;
	size_t word, word_end;	/* the last string: the key before an array */
	bool wrapper;		/* an object round the array, by its looks */
	struct crm_mapper *mapper, *posts;
	struct crm_item_kind kind;
	struct crm_item_opts opts;
	struct crm_buf held, before;
	uint64_t held_line;
	bool have;
};

static bool
flatten(struct crm_str object, struct crm_arena *mem, struct crm_str *names,
    size_t *n, size_t max)
{
	struct crm_json_iter it = crm_json_iter(object), inner;
	struct crm_str key, val, sub, one;
	while (*n < max && crm_json_next(&it, &key, &val)) {
		names[(*n)++] = key;
		if (crm_json_kind(val) != '{')
			continue;
		inner = crm_json_iter(val);
		while (*n < max && crm_json_next(&inner, &sub, &one)) {
			struct crm_buf b = { 0 };
			crm_buf_printf(&b, "%.*s.%.*s", CRM_FMT(key),
			    CRM_FMT(sub));
			names[(*n)++] = crm_arena_str(mem, crm_buf_view(&b));
			crm_buf_release(&b);
		}
	}
	return *n > 0;
}

/* The profile by the first object's members; none: the objects are records. */
static enum crm_status
decide(struct crm_import *im, struct objects *s, struct crm_str object,
    struct crm_err *err)
{
	struct crm_arena mem = { 0 };
	struct crm_str names[256];
	size_t n = 0;
	const struct crm_object *o = im->o.object;
	enum crm_status st = CRM_OK;
	s->decided = true;
	flatten(object, &mem, names, &n, CRM_LEN(names));
	if (!o && !im->o.form)
		st = crm_profiles_sniff(im->o.profiles, im->o.profile, names,
		    n, im->o.type ? im->o.type->name : (struct crm_str){ NULL,
		    0 }, "json", &o, err);
	crm_arena_release(&mem);
	if (st == CRM_NOTFOUND && im->o.profile)
		return crm_err_set(err, CRM_USAGE, "profile.header",
		    _("the objects are none that profile '%.*s' knows"),
		    CRM_FMT(im->o.profile->name));
	if (st == CRM_CONFLICT)
		return crm_err_set(err, CRM_USAGE, err ? err->id : NULL,
		    "%s", err ? err->msg : "");
	if (!o)
		return CRM_OK;
	if (!im->o.profile)
		crm_import_note(im, _("profile %.*s-%.*s"),
		    CRM_FMT(o->profile->name), CRM_FMT(o->name));
	struct crm_mapper *m = s->mapper = crm_zalloc(sizeof(*m));
	m->conv.opts = im->o.cells;
	m->conv.schema = im->o.schema;
	m->conv.profile = o->profile;
	m->system = o->profile->system;
	m->type = crm_schema_type(im->o.schema, o->type);
	crm_mapper_all(m, o);
	s->kind = crm_item_json(m->system);
	s->opts.ctx = m;
	s->opts.seen = &im->seen;
	return CRM_OK;
}

/* A flat object without a type: what a form's hook sends. */
static bool
as_post(struct crm_import *im, struct objects *s, struct crm_str object)
{
	struct crm_json_iter it = crm_json_iter(object);
	struct crm_str key, val, names[64], values[64];
	struct crm_csv_row h = { .cells = names }, row = { .cells = values,
		.line = s->held_line };
	struct crm_arena mem = { 0 };
	struct crm_buf b = { 0 };
	bool flat = !im->o.form && im->o.usual;
	while (flat && crm_json_next(&it, &key, &val)) {
		char kind = crm_json_kind(val);
		flat = h.n < CRM_LEN(names) && kind != '{' && kind != '[' &&
		    !crm_str_is(key, "type") && !crm_str_is(key, "id") &&
		    !crm_str_starts(key, CRM_STR("_"));
		if (!flat)
			break;
		crm_buf_clear(&b);
		crm_json_unescape(&b, key);
		names[h.n] = crm_arena_str(&mem, crm_buf_view(&b));
		crm_buf_clear(&b);
		if (kind != 'n')
			crm_json_text(&b, val);
		values[h.n++] = crm_arena_str(&mem, crm_buf_view(&b));
	}
	row.n = h.n;
	flat = flat && h.n;
	if (flat)
		crm_import_post(im, &s->posts, &h, &row, object);
	crm_arena_release(&mem);
	crm_buf_release(&b);
	return flat;
}

/* An object without a profile is a record as it stands. */
static enum crm_status
as_record(struct crm_import *im, struct crm_str object, uint64_t line)
{
	struct crm_str type, rest;
	crm_buf_c(&im->line, '{');
	bool has = crm_json_get(object, CRM_STR("type"), &type);
	if (!has && im->o.type)
		crm_json_add_str(&im->line, "type", im->o.type->name);
	struct crm_buf c = { 0 };
	crm_json_canon(&c, object);
	rest = crm_str_sub(crm_buf_view(&c), 1, c.n - 2);
	if (rest.n)
		crm_json_comma(&im->line);
	crm_buf_str(&im->line, rest);
	if (!crm_json_get(object, CRM_STR("id"), &rest) &&
	    !crm_json_get(object, CRM_STR("ext"), &rest)) {
		char name[CRM_IMPORT_NAME];
		crm_import_name(&im->seen, crm_buf_view(&c), name);
		crm_json_key(&im->line, "ext");
		crm_buf_printf(&im->line, "{\"import\":\"%s\"}", name);
	}
	crm_json_key(&im->line, "_src");
	crm_buf_z(&im->line, "{\"file\":");
	crm_json_quote(&im->line, im->file);
	crm_buf_printf(&im->line, ",\"line\":%" PRIu64 "}}", line);
	crm_buf_release(&c);
	return CRM_OK;
}

static enum crm_status
emit(struct crm_import *im, struct objects *s, struct crm_str after,
    struct crm_err *err)
{
	struct crm_err why = { 0 };
	static const struct crm_json_limits lim = { .line = ITEM_MAX };
	struct crm_str text = crm_buf_view(&s->held);
	if (!s->have)
		return CRM_OK;
	s->have = false;
	crm_buf_clear(&im->line);
	enum crm_status st = crm_json_check(text, &lim, &why);
	if (!st && !s->decided) {
		st = decide(im, s, text, err);
		if (st)
			return st;
	}
	if (!st && s->mapper)
		st = crm_item_import(&s->kind, &s->opts, text,
		    crm_buf_view(&s->before), after, im->file, s->held_line,
		    &im->line, &why);
	else if (!st && as_post(im, s, text)) {
		crm_buf_clear(&s->before);
		return CRM_OK;
	} else if (!st)
		st = as_record(im, text, s->held_line);
	crm_buf_clear(&s->before);
	if (st) {
		why.line = s->held_line;
		crm_import_reject(im, &why, text);
	} else if (!im->sink.record(im->sink.ctx, crm_buf_view(&im->line)))
		im->stopped = true;
	return CRM_OK;
}

/* Is the word there as a member's name? */
static bool
has_word(struct crm_str s, struct crm_str word)
{
	char z[64];
	int n = snprintf(z, sizeof(z), "\"%.*s\"", CRM_FMT(word));
	return s.n && memmem(s.p, s.n, z, (size_t)n);
}

/* Does an object begin that has one of the arrays that we know? */
static bool
wraps(struct crm_str s)
{
	return has_word(s, CRM_STR("tickets")) ||
	    has_word(s, CRM_STR("users")) ||
	    has_word(s, CRM_STR("organizations")) ||
	    has_word(s, CRM_STR("@odata.context"));
}

/* Is the array that begins the one the profile names by its path's last part?
 * Without a profile any of those we know. */
static bool
is_records(const struct objects *s, const struct crm_profile *p)
{
	struct crm_str path = p->records, part, last = path;
	struct crm_str key = { s->in.p + s->word, s->word_end - s->word };
	while (path.p && crm_str_split(&path, '.', &part))
		last = part;
	if (crm_str_is(last, "?"))
		last = CRM_STR("results|tickets|users|organizations|value");
	/* of several the first that there is: users come along with tickets */
	while (crm_str_split(&last, '|', &part))
		if (has_word(crm_str_sub(crm_buf_view(&s->in), 0, 65536),
		    part))
			return crm_str_eq(key, part);
	return false;
}


/* True when the byte at scan closes an object that is a record. */
static bool
step(struct objects *s, const struct crm_profile *p)
{
	char c = s->in.p[s->scan];
	s->line += c == '\n';
	if (s->string) {
		if (s->escape)
			s->escape = false;
		else if (c == '\\')
			s->escape = true;
		else
			s->string = c != '"';
		if (!s->string)
			s->word_end = s->scan;
		return false;
	}
	if (c == '"') {
		s->string = true;
		s->word = s->word_end = s->scan + 1;
	}
	bool wrapped = p && p->records.n;
	unsigned want = s->have_list ? s->list_depth : 0;
	if (c == '{' || c == '[') {
		/* the first array: of the document, or inside its wrapper */
		bool list = c == '[' && !s->have_list &&
		    (s->depth == 0 || (wrapped && is_records(s, p)));
		if (c == '{' && s->depth == want &&
		    (s->have_list || !wrapped)) {
			s->start = s->scan;
			s->start_line = s->line + 1;
		}
		s->depth++;
		if (list) {
			s->have_list = true;
			s->list_depth = s->depth;
		}
	} else if ((c == '}' || c == ']') && s->depth) {
		s->depth--;
		if (c == '}')
			return s->depth == want && (s->have_list || !wrapped);
		/* the records' array is over: the rest is wrapping */
		if (s->have_list && s->depth + 1 == s->list_depth)
			s->list_depth = UINT_MAX;
	}
	return false;
}

static void
shrink(struct objects *s)
{
	if (s->done < 65536 || s->done < s->in.n / 2)
		return;
	memmove(s->in.p, s->in.p + s->done, s->in.n - s->done);
	s->in.n -= s->done;
	s->scan -= s->done;
	s->start -= s->done;
	s->word -= s->word < s->done ? s->word : s->done;
	s->word_end -= s->word_end < s->done ? s->word_end : s->done;
	s->done = 0;
}

static enum crm_status
push(struct crm_import *im, struct crm_str text, bool last,
    struct crm_err *err)
{
	struct objects *s = im->state;
	const struct crm_profile *p = im->o.profile;
	enum crm_status st = CRM_OK;
	if (!s)
		s = im->state = crm_zalloc(sizeof(*s));
	/* without -p: OData and Zendesk wrap their arrays in an object */
	static const struct crm_profile any = { .records = { "?", 1 } };
	shrink(s);
	crm_buf_str(&s->in, text);
	if (!p && !im->o.form && im->o.profiles->n && s->scan == 0)
		s->wrapper = crm_str_starts(crm_str_trim(crm_str_sub(text, 1,
		    200)), CRM_STR("\"d\"")) || wraps(crm_str_sub(
		    crm_buf_view(&s->in), 0, 4096));
	if (!p && s->wrapper)
		p = &any;
	for (; !st && s->scan < s->in.n && !im->stopped; s->scan++) {
		if (!step(s, p)) {
			if (s->scan - s->done > ITEM_MAX)
				return crm_err_set(err, CRM_CORRUPT,
				    "json.limit", _("an object longer than %d "
				    "bytes"), ITEM_MAX);
			continue;
		}
		st = emit(im, s, (struct crm_str){ NULL, 0 }, err);
		crm_buf_add(&s->before, s->in.p + s->done, s->start - s->done);
		crm_buf_clear(&s->held);
		crm_buf_add(&s->held, s->in.p + s->start,
		    s->scan + 1 - s->start);
		s->held_line = s->start_line;
		s->have = true;
		s->done = s->scan + 1;
	}
	if (last && !st && !im->stopped)
		st = emit(im, s, (struct crm_str){ s->in.p + s->done,
		    s->in.n - s->done }, err);
	if (last && !st && (s->depth || s->string))
		st = crm_err_set(err, CRM_INVALID, "json.syntax",
		    _("the file ends inside a value"));
	return st;
}

static void
release(struct crm_import *im)
{
	struct objects *s = im->state;
	if (!s)
		return;
	if (s->mapper)
		crm_mapper_release(s->mapper);
	free(s->mapper);
	if (s->posts)
		crm_mapper_release(s->posts);
	free(s->posts);
	crm_buf_release(&s->in);
	crm_buf_release(&s->held);
	crm_buf_release(&s->before);
	free(s);
	im->state = NULL;
}

const struct crm_form crm_form_json = { "json", push, release };
